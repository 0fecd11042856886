using System.Security.Cryptography;
using System.Text;
using Kiosk.Contract;

namespace Kiosk.App.PageServer;

/// <summary>
/// Admits only the browser that was started with the boot URL. The URL's token works once; the browser gets an HttpOnly,
/// SameSite=Strict cookie for it. Other programs on this machine can reach the port but not the page.
/// </summary>
public sealed class SessionGate
{
    private readonly string _cookie;
    private readonly string _session;
    private readonly bool _once;
    private string? _boot;

    /// <param name="cookie">Name of the cookie. Cookies of 127.0.0.1 are shared by all ports, so each page needs its own name.</param>
    /// <param name="sessionFile">See <see cref="UiOptions.SessionFile"/>.</param>
    /// <param name="once">False only for the simulated desk, where a tester opens the page many times.</param>
    public SessionGate(string cookie, string? sessionFile = null, bool once = true) =>
        (_cookie, _session, _once) = (cookie, Session(sessionFile), once);

    /// <summary>Makes a token that opens the page once; the previous token becomes invalid. For a browser that was restarted.</summary>
    public string NewBootToken() => _boot = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>True if the newest token was used. Another browser then needs a new one.</summary>
    public bool IsTokenUsed => _boot is null;

    /// <returns>True: continue with the request. False: the request was answered here.</returns>
    public bool Admit(HttpContext context)
    {
        bool known = Same(context.Request.Cookies[_cookie], _session);
        if (context.Request.Path == "/" && context.Request.Query["boot"].ToString() is { Length: > 0 } token)
        {
            string? boot = _boot;
            if (Same(token, boot) && (!_once || ReferenceEquals(Interlocked.CompareExchange(ref _boot, null, boot), boot))) known = true;
            if (!known) return Refuse(context);
            context.Response.Cookies.Append(_cookie, _session, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            // Remove the token from the address, so that it is not in the browser's history.
            context.Response.Redirect("/");
            return false;
        }
        return known || Refuse(context);
    }

    private static bool Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return false;
    }

    private static bool Same(string? given, string? expected) =>
        given is not null && expected is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static string Session(string? file)
    {
        if (file is not null && File.Exists(file) && File.ReadAllText(file) is { Length: 64 } kept && kept.All(char.IsAsciiHexDigitLower))
            return kept;
        string fresh = RandomNumberGenerator.GetHexString(64, lowercase: true);
        if (file is not null) SecretFile.Write(file, fresh);
        return fresh;
    }
}
