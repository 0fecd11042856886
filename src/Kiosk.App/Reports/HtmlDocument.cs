using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.App.Reports;

/// <summary>
/// A Razor component drawn once, as the text of one HTML file. Razor escapes every value, so device names, notes and file names may
/// hold any characters. For the live screens see <c>ScreenRenderer</c>.
/// </summary>
internal static class HtmlDocument
{
    /// <typeparam name="T">A component that holds the whole page, from the doctype on, and awaits nothing.</typeparam>
    /// <param name="parameters">By the names of the component's parameters.</param>
    public static async Task<string> RenderAsync<T>(Dictionary<string, object?> parameters) where T : IComponent
    {
        // Japanese stays readable in the file; what means something in HTML is escaped all the same.
        await using ServiceProvider services = new ServiceCollection().AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
            .BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
