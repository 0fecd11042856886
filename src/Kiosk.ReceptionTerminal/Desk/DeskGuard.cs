using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// Decides which requests the page's server answers. By default a local web server also answers a foreign Host name (DNS
/// rebinding) and requests by pages of other sites. The Host filter of <see cref="DeskHost"/> stops the first; here the headers
/// Origin and Sec-Fetch-Site (W3C Fetch Metadata) stop the second.
/// </summary>
internal static class DeskGuard
{
    public const string Cookie = "desk";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
            + "'none'; frame-ancestors 'none'";

    /// <param name="signInPage">Shown to a browser without session that opens the page itself.</param>
    public static void Use(WebApplication app, DeskSessions sessions, ILogger log, Func<HttpContext, Task> signInPage) =>
        app.Use(async (context, next) =>
    {
        HttpRequest request = context.Request;
        IHeaderDictionary answer = context.Response.Headers;
        answer.ContentSecurityPolicy = Policy;
        answer.XContentTypeOptions = "nosniff";
        answer.CacheControl = "no-store";
        answer["Referrer-Policy"] = "no-referrer";
        answer["Cross-Origin-Opener-Policy"] = "same-origin";
        if (IsForeign(request))
        {
            Log.PageRefused(log, "foreign origin");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        SignedInStaff? who = sessions.Find(request.Cookies[Cookie]);
        if (who is not null) context.Items[typeof(SignedInStaff)] = who;
        if (request.Path.StartsWithSegments("/signin", StringComparison.Ordinal) || IsPublic(request) || who is not null)
        {
            await next();
            return;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (request.Path == "/") await signInPage(context);
    });

    /// <summary>Who sent the request. Only for requests that <see cref="Use"/> let pass to a signed-in person.</summary>
    public static SignedInStaff SignedIn(HttpContext context) => (SignedInStaff)context.Items[typeof(SignedInStaff)]!;

    private static bool IsForeign(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString(), site = request.Headers["Sec-Fetch-Site"].ToString();
        string own = $"{request.Scheme}://{request.Host}";
        if (origin.Length > 0 && origin != own) return true;
        // A link in another program opens /signin with "none". No page of another site has a reason to ask anything here.
        if (site is "cross-site" or "same-site") return true;
        // What changes something must come from the page's own script: a form of another site cannot set this header.
        return HttpMethods.IsPost(request.Method) && request.Headers["X-Desk"] != "1";
    }

    private static bool IsPublic(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path.Value is "/desk.css" or "/favicon.svg" or "/login.js";
}
