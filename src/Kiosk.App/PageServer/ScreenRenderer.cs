using System.Text;
using Kiosk.App.Screens;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;

namespace Kiosk.App.PageServer;

/// <summary>Draws views as HTML. One renderer root is used for all views: a new root for each view made about half as much garbage again
/// (measured, <c>src/Kiosk.App/Screens/README.md</c>).</summary>
public sealed class ScreenRenderer : IAsyncDisposable
{
    private readonly ScreenFrame _frame = new();
    private readonly ServiceProvider _noServices = new ServiceCollection().BuildServiceProvider();
    private readonly HtmlRenderer _html;
    private HtmlRootComponent? _root;

    public ScreenRenderer(ILoggerFactory logs) => _html = new(_noServices, logs);

    /// <summary>One message to the browser, UTF-8: view number, line feed, classes of the page, line feed, HTML of one element.</summary>
    public Task<byte[]> MessageAsync(UiView view) => _html.Dispatcher.InvokeAsync(async () =>
        Encoding.UTF8.GetBytes($"{view.Number}\n{view.Display.Classes}\n{await DrawAsync(view)}"));

    /// <summary>Only the HTML.</summary>
    public Task<string> HtmlAsync(UiView view) => _html.Dispatcher.InvokeAsync(() => DrawAsync(view));

    public async ValueTask DisposeAsync()
    {
        await _html.DisposeAsync();
        await _noServices.DisposeAsync();
    }

    private async Task<string> DrawAsync(UiView view)
    {
        _frame.Look = new Look(view);
        if (_root is HtmlRootComponent root)
        {
            // No component awaits anything, so the tree is complete when this returns.
            _frame.Redraw();
            return root.ToHtmlString();
        }
        ParameterView parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(LiveScreen.Frame)] = _frame });
        HtmlRootComponent first = await _html.RenderComponentAsync<LiveScreen>(parameters);
        _root = first;
        return first.ToHtmlString();
    }
}
