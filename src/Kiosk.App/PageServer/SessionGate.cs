using System.Security.Cryptography;
using System.Text;
using Kiosk.Contract;

namespace Kiosk.App.PageServer;

/// <summary>
/// Lets in the one browser that was started with the boot URL: the URL's token works once and becomes an HttpOnly,
/// SameSite=Strict cookie. Other programs of this machine reach the port but not the page.
/// </summary>
public sealed class SessionGate
{
    private readonly string _cookie;
    private readonly string _session;
    private readonly bool _once;
    private string? _boot;

    /// <param name="cookie">Cookies of 127.0.0.1 are shared by all ports: each page has its own name.</param>
    /// <param name="sessionFile">See <see cref="UiOptions.SessionFile"/>.</param>
    /// <param name="once">False only at the simulated desk, where a tester opens the page again and again.</param>
    public SessionGate(string cookie, string? sessionFile = null, bool once = true) => (_cookie, _session, _once) = (cookie, Session(sessionFile), once);

    /// <summary>A token for one opening of the page; the one given before is void. For a browser that was started anew.</summary>
    public string NewBootToken() => _boot = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>The address given last has let a browser in; another one needs a new one.</summary>
    public bool Spent => _boot is null;

    /// <returns>True: go on. False: the answer has been given.</returns>
    public bool Admit(HttpContext context)
    {
        bool known = Same(context.Request.Cookies[_cookie], _session);
        if (context.Request.Path == "/" && context.Request.Query["boot"].ToString() is { Length: > 0 } token)
        {
            string? boot = _boot;
            if (Same(token, boot) && (!_once || ReferenceEquals(Interlocked.CompareExchange(ref _boot, null, boot), boot))) known = true;
            if (!known) return Refuse(context);
            context.Response.Cookies.Append(_cookie, _session, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            // The token leaves the address, hence the history.
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
        if (file is not null && File.Exists(file) && File.ReadAllText(file) is { Length: 64 } kept && kept.All(char.IsAsciiHexDigitLower)) return kept;
        string fresh = RandomNumberGenerator.GetHexString(64, lowercase: true);
        if (file is not null) SecretFile.Write(file, fresh);
        return fresh;
    }
}
