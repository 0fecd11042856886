using Kiosk.App.Board;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Composition;

/// <summary>A whole kiosk: devices, visit and screen. The caller owns everything it passes in and disposes it after this object.</summary>
internal sealed class KioskProcess : IAsyncDisposable
{
    private readonly DigitBuffer _typing;
    private readonly BoardHost? _board;
    private readonly PanelParts? _panel;

    private KioskProcess(DigitBuffer typing, KioskHost host, UiHost? ui, BoardHost? board, PanelParts? panel) =>
        (_typing, Host, Ui, _board, _panel) = (typing, host, ui, board, panel);

    public KioskHost Host { get; }

    /// <summary>The patient's screen; null for an unattended kiosk.</summary>
    public UiHost? Ui { get; }

    /// <param name="board">Light, sound and sensors; null if the kiosk has none.</param>
    /// <param name="panel">The display and its touch panel; null: they are not watched.</param>
    /// <param name="headTurn">True if the face check asks for a head turn.</param>
    /// <param name="ui">Null: no screen. The visit is then operated through <see cref="KioskHost.Loop"/>.</param>
    public static async Task<KioskProcess> StartAsync(
        VisitDevices devices, ICameraPresence camera, IPreview preview, bool faceOffered, UiOptions? ui, TimeProvider time,
        ILoggerFactory logs,
        CancellationToken stop, BoardSetup? board = null, bool headTurn = true, PanelParts? panel = null)
    {
        DigitBuffer typing = new();
        // Show "out of service" until the reception and the reader have reported that they work.
        Station station = Station.Ready with
        {
            FaceOffered = faceOffered,
            HeadTurn = headTurn,
            Link = Failure.ReceptionUnreachable,
            Reader = Failure.ReaderMissing,
        };
        KioskHost host = new(devices, camera, typing, station, time, logs);
        UiHost? screen = null;
        if (ui is not null)
        {
            screen = await UiHost.StartAsync(ui, host.Loop, preview, time, logs, stop, board?.FaceLight);
            // A person who reads large text needs more time (WCAG 2.2, 2.2.1).
            // A person who uses the tactile keypad needs more time than that.
            host.Loop.LimitFactor = () =>
                screen.Port.Current.Display is { Keys: true } ? 4 : screen.Port.Current.Display.Size >= TextSize.Large ? 2 : 1;
        }
        host.Start();
        screen?.Health = () => (host.Alive, host.Health.Current);
        return new KioskProcess(typing, host, screen, board is null ? null : BoardHost.Start(board, host, time, logs), panel);
    }

    /// <summary>From now on a browser must show the page, or no card is taken. At most once; not for an unattended patient, who has no
    /// browser.</summary>
    public void WatchScreen()
    {
        if (Ui is { } ui) Host.WatchScreen(() => ui.IsShown, _panel);
    }

    public async ValueTask DisposeAsync()
    {
        if (Ui is not null) await Ui.DisposeAsync();
        if (_board is not null) await _board.DisposeAsync();
        await Host.DisposeAsync();
        _typing.Dispose();
    }
}
