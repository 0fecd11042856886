using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// Decides which requests the page's server answers. By default a local web server also answers a foreign Host name (DNS
/// rebinding) and requests by pages of other sites. The Host filter of <see cref="DeskHost"/> stops the first; here the headers
/// Origin and Sec-Fetch-Site (W3C Fetch Metadata) stop the second.
/// </summary>
internal static class DeskGuard
{
    public const string Cookie = "desk";

    /// <param name="signInPage">Shown to a browser without session that opens the page itself.</param>
    /// <param name="https">The page is served over TLS.</param>
    public static void Use(
        WebApplication app, DeskSessions sessions, bool https, DeskAudit audit, ILogger log, Func<HttpContext, Task> signInPage) =>
        app.Use(async (context, next) =>
    {
        HttpRequest request = context.Request;
        PageHeaders.Set(context.Response.Headers);
        // RFC 6797: the browser never again asks this address without TLS.
        if (https) context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        if (IsForeign(request))
        {
            Log.PageRefused(log, "foreign origin");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        SignedInStaff? who = sessions.Find(request.Cookies[Cookie], used: !IsAskedByThePageItself(request));
        if (who is not null) context.Items[typeof(SignedInStaff)] = who;
        bool mayUse = who is { MustChange: false } || (who is not null && IsForTheChangeOfPassword(request));
        if (mayUse && (who!.Rights & RightFor(request.Path)) != RightFor(request.Path))
        {
            await audit.DeniedAsync(who, $"{request.Method} {request.Path}");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("この操作の権限がありません。「受付」と「医療情報閲覧」の権限は、管理者が職員ごとに決めます");
            return;
        }

        if (mayUse || request.Path.StartsWithSegments("/signin", StringComparison.Ordinal) || IsPublic(request))
        {
            await next();
            return;
        }

        if (who is not null && request.Path == "/")
        {
            context.Response.Redirect("/password");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (request.Path == "/") await signInPage(context);
    });

    /// <summary>Who sent the request. Only for requests that <see cref="Use"/> let pass to a signed-in person.</summary>
    public static SignedInStaff SignedIn(HttpContext context) => (SignedInStaff)context.Items[typeof(SignedInStaff)]!;

    /// <summary>For what only one role may do; a denial is logged.</summary>
    /// <returns>False: answer 403.</returns>
    public static async Task<bool> MayAsync(HttpContext context, Role role, DeskAudit audit)
    {
        SignedInStaff who = SignedIn(context);
        if (who.Role >= role) return true;
        await audit.DeniedAsync(who, $"{context.Request.Method} {context.Request.Path}");
        return false;
    }

    /// <summary>Which right an address needs. What is not named here only needs a session, or a role.</summary>
    private static Rights RightFor(PathString path) =>
        // Routes do not tell capital letters from small ones.
        path.Value?.ToLowerInvariant().Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["medical" or "emergency", ..] or ["disaster", "search" or "view", ..] => Rights.Medical,
            ["insurance" or "hand" or "arrivals" or "kiosks" or "disaster", ..] => Rights.Reception,
            _ => Rights.None,
        };

    // The stream of a page that nobody looks at, and the pictures that it draws, do not keep a session alive.
    private static bool IsAskedByThePageItself(HttpRequest request) =>
        request.Path == "/feed" || request.Path.StartsWithSegments("/name", StringComparison.Ordinal);

    private static bool IsForTheChangeOfPassword(HttpRequest request) =>
        request.Path.Value is "/password" or "/password.js" or "/signout" or "/me";

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
        HttpMethods.IsGet(request.Method) && request.Path.Value is "/desk.css" or "/environment" or "/favicon.svg" or "/login.js";
}
