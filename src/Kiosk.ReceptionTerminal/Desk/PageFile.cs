using System.Reflection;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>The files of wwwroot. They are embedded in the program, so that none can be changed or left behind at a site.</summary>
internal static class PageFile
{
    /// <summary>Files that the page loads.</summary>
    public static IReadOnlyList<string> Assets { get; } =
    [
        "desk.css", "sheets.css", "call.js", "desk.js", "sheets.js", "lookups.js", "exceptions.js", "staff.js",
        "login.js", "password.js", "favicon.svg",
    ];

    public static async Task Send(HttpContext context, string name)
    {
        context.Response.ContentType = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream("wwwroot/" + name)!;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
