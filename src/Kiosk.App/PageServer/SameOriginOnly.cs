namespace Kiosk.App.PageServer;

/// <summary>
/// One filter for every path of a loopback page. It accepts only the page's own address (against DNS rebinding), only requests from its
/// own pages (against other sites in the same browser), and only the admitted browser. It also sets the security headers.
/// </summary>
/// <param name="authority">Host and port as the browser writes them, e.g. <c>127.0.0.1:5080</c>.</param>
public sealed class SameOriginOnly(string authority, SessionGate gate)
{
    /// <summary>Content-Security-Policy: only the page's own scripts, styles, images and sockets; HTML only through one Trusted Types
    /// policy.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; " +
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types kiosk";

    private readonly string _origin = $"http://{authority}";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        if (!string.Equals(context.Request.Host.Value, authority, StringComparison.Ordinal))
            return Refuse(context, StatusCodes.Status400BadRequest);
        if (!FromOwnPage(context.Request)) return Refuse(context, StatusCodes.Status403Forbidden);
        // The service manager has no cookie. The health page contains nothing of a patient.
        if (context.Request.Path == HealthPage.Path && HttpMethods.IsGet(context.Request.Method)) return next(context);
        return gate.Admit(context) ? next(context) : Task.CompletedTask;
    }

    private bool FromOwnPage(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && origin != _origin) return false;

        // A browser always sends Origin with a WebSocket request or a change. A request without it is not from a browser.
        bool acts = request.HttpContext.WebSockets.IsWebSocketRequest || !HttpMethods.IsGet(request.Method);
        if (acts && origin.Length == 0) return false;

        // A link on another page may open this page as a whole document, but may not load parts of it. The other page then learns
        // nothing, and
        // the SameSite cookie is not sent.
        bool opens = request.Path == "/" && request.Headers["Sec-Fetch-Mode"] == "navigate"
            && request.Headers["Sec-Fetch-Dest"] == "document";
        return opens || request.Headers["Sec-Fetch-Site"].ToString() is "" or "none" or "same-origin";
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()";
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
