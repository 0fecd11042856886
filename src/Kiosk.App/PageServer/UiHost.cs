using Kiosk.App.Health;
using Kiosk.App.Visits;
using Kiosk.Core.Faces;

namespace Kiosk.App.PageServer;

/// <summary>The patient's screen: a loopback page for one browser. Starts nothing of the visit; shows it and passes presses on.</summary>
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
        _files = PageFiles.From("wwwroot/", ("/panel.css", PanelCss.For(options.PanelWidthMm)));
        _clips = Clips.In(options.Voices);
        Following = Port.RunAsync(_over.Token);
    }

    /// <summary>What the first browser is started with; good once. A browser started anew needs <see cref="NewUrl"/>.</summary>
    public Uri Url { get; private set; } = null!;

    public UiPort Port { get; }

    public PreviewSocket Preview { get; }

    /// <summary>Ends when the host is disposed; a fault means that screens no longer follow the visit: a bug, to be watched by the caller.</summary>
    public Task Following { get; }

    /// <summary>What <c>/healthz</c> answers from: whether the visit's loop runs, and its parts. Null until the kiosk has started.</summary>
    public Func<(bool Alive, Core.Reception.KioskHealth Health)>? Health { get; set; }

    /// <summary>For a browser that was started anew; voids the URLs given before, not a session that runs.</summary>
    public Uri NewUrl() => _site!.NewUrl();

    /// <summary>The URL given last has let its browser in.</summary>
    public bool UrlSpent => _site!.Spent;

    public static async Task<UiHost> StartAsync(
        UiOptions options, IVisitPort port, IPreview preview, TimeProvider time, ILoggerFactory logs, CancellationToken stop)
    {
        UiHost host = new(options, port, preview, time, logs);
        try
        {
            SessionGate gate = new("kiosk-ui", options.SessionFile, once: !options.ManyBrowsers);
            host._site = await LoopbackSite.StartAsync(options.Port, handed: true, gate, host.ServeAsync, logs, stop);
            host.Url = host._site.NewUrl();
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
        _ when Clips.Serves(context.Request.Path) => _clips.SendAsync(context),
        _ => _files.SendAsync(context),
    };
}
