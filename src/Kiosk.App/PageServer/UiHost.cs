using Kiosk.App.Health;
using Kiosk.App.Visits;
using Kiosk.Core.Faces;

namespace Kiosk.App.PageServer;

/// <summary>The patient's screen: a loopback page for one browser. It shows the visit and passes button presses to it.</summary>
public sealed class UiHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly ScreenRenderer _renderer;
    private readonly UiSocket _socket;
    private readonly PageFiles _files;
    private readonly Clips _clips;
    private LoopbackSite? _site;

    private UiHost(UiOptions options, IVisitPort port, IPreview preview, TimeProvider time, ILoggerFactory logs)
    {
        Port = new(port, options, time);
        Preview = new(Port, preview, time);
        _renderer = new(logs);
        _socket = new(Port, _renderer, time);
        _files = PageFiles.From(typeof(UiHost).Assembly, "wwwroot/", ("/panel.css", PanelCss.For(options.PanelWidthMm)));
        _clips = Clips.FromFolder(options.Voices);
        Following = Port.RunAsync(_over.Token);
    }

    /// <summary>The URL for the first browser; works once. A restarted browser needs <see cref="NewUrl"/>.</summary>
    public Uri Url { get; private set; } = null!;

    public UiPort Port { get; }

    public PreviewSocket Preview { get; }

    /// <summary>Ends when the host is disposed. If it fails, the screens no longer follow the visit: a bug that the caller must watch
    /// for.</summary>
    public Task Following { get; }

    /// <summary>True while a page is connected.</summary>
    public bool IsShown => _socket.Shown;

    /// <summary>Source of <c>/healthz</c>: whether the visit's loop runs, and the state of the parts. Null until the kiosk has
    /// started.</summary>
    public Func<(bool Alive, Core.Reception.KioskHealth Health)>? Health { get; set; }

    /// <summary>A URL for a restarted browser. Earlier URLs become invalid; a running session does not.</summary>
    public Uri NewUrl() => _site!.NewUrl();

    /// <summary>True if a browser has used the newest URL.</summary>
    public bool IsUrlUsed => _site!.IsUrlUsed;

    public static async Task<UiHost> StartAsync(
        UiOptions options, IVisitPort port, IPreview preview, TimeProvider time, ILoggerFactory logs, CancellationToken stop,
        FaceLight? light = null)
    {
        UiHost host = new(options, port, preview, time, logs);
        try
        {
            SessionGate gate = new("kiosk-ui", options.SessionFile, once: !options.ManyBrowsers);
            host._site = await LoopbackSite.StartAsync(options.Port, options.PortSetting, handed: true, gate, host.ServeAsync, logs, stop);
            host.Url = host._site.NewUrl();
            if (light is not null) _ = host.Port.FollowLightAsync(light, host._over.Token);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_site is not null) await _site.DisposeAsync();
        await _renderer.DisposeAsync();
        Port.Dispose();
        _over.Dispose();
    }

    private Task ServeAsync(HttpContext context) => (context.Request.Path.Value, context.WebSockets.IsWebSocketRequest) switch
    {
        ("/ui", true) => _socket.RunAsync(context),
        ("/preview", true) => Preview.RunAsync(context),
        (HealthPage.Path, false) => Health?.Invoke() is var (alive, health)
            ? HealthPage.SendAsync(context, alive && !Following.IsCompleted, _socket.Shown, Port.Current.State, health)
            : HealthPage.SendAsync(context, alive: false, _socket.Shown, Port.Current.State, new(HealthBoard.ProductVersion, [])),
        _ when Clips.IsClipPath(context.Request.Path) => _clips.SendAsync(context),
        _ => _files.SendAsync(context),
    };
}
