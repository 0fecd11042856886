using Kiosk.App.Board;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Faces;

namespace Kiosk.App.Composition;

/// <summary>A whole kiosk: devices, visit and screen, composed by hand. Everything given is owned by the caller and disposed after this.</summary>
internal sealed class KioskProcess : IAsyncDisposable
{
    private readonly DigitBuffer _typing;
    private readonly BoardHost? _board;

    private KioskProcess(DigitBuffer typing, KioskHost host, UiHost? ui, BoardHost? board) => (_typing, Host, Ui, _board) = (typing, host, ui, board);

    public KioskHost Host { get; }

    /// <summary>The patient's screen; null for an unattended kiosk.</summary>
    public UiHost? Ui { get; }

    /// <param name="board">Light, sound and sensors; null: none.</param>
    /// <param name="headTurn">The face check asks for one.</param>
    /// <param name="ui">Null: no screen, the visit is driven at <see cref="KioskHost.Loop"/>.</param>
    public static async Task<KioskProcess> StartAsync(
        VisitDevices devices, ICameraPresence camera, IPreview preview, bool faceOffered, UiOptions? ui, TimeProvider time, ILoggerFactory logs, CancellationToken stop, BoardSetup? board = null, bool headTurn = true)
    {
        DigitBuffer typing = new();
        // Until the reception and the reader have spoken, nobody is invited to lay a card down.
        Station station = Station.Ready with { FaceOffered = faceOffered, HeadTurn = headTurn, Link = Failure.ReceptionUnreachable, Reader = Failure.ReaderMissing };
        KioskHost host = new(devices, camera, typing, station, time, logs);
        UiHost? screen = null;
        if (ui is not null)
        {
            screen = await UiHost.StartAsync(ui, host.Loop, preview, time, logs, stop);
            // Whoever reads large text needs longer (WCAG 2.2.1).
            // Whoever finds the way by touch and ear needs longer still.
            host.Loop.Patience = () => screen.Port.Current.Display is { Keys: true } ? 4 : screen.Port.Current.Display.Size >= TextSize.Large ? 2 : 1;
        }
        host.Start();
        screen?.Health = () => (host.Alive, host.Health.Current);
        return new KioskProcess(typing, host, screen, board is null ? null : BoardHost.Start(board, host, time, logs));
    }

    public async ValueTask DisposeAsync()
    {
        if (Ui is not null) await Ui.DisposeAsync();
        if (_board is not null) await _board.DisposeAsync();
        await Host.DisposeAsync();
        _typing.Dispose();
    }
}
