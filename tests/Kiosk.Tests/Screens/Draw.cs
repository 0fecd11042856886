using System.Net;
using System.Text.RegularExpressions;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.Tests.Screens;

/// <summary>Screens as text, drawn by the product's own renderer.</summary>
public static partial class Draw
{
    public static async Task<string> HtmlAsync(UiView view)
    {
        await using ScreenRenderer renderer = new(NullLoggerFactory.Instance);
        return WebUtility.HtmlDecode(await renderer.HtmlAsync(view));
    }

    public static IReadOnlyList<string> ButtonIds(string html) => [.. DataI().Matches(html).Select(match => match.Groups[1].Value)];

    public static int Count(string html, string part) => html.Split(part).Length - 1;

    [GeneratedRegex("data-i=\"([^\"]*)\"")]
    private static partial Regex DataI();
}
