using System.Text.Json;
using Kiosk.App.Benches;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core.Failures;
using Kiosk.Lab.Desk;
using Kiosk.Simulators.Keypad;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Lab.Visits;

/// <summary>
/// `kiosk-lab visit --config FILE`: one visit by a patient who answers at once, with the reader, keypad and reception of the product's
/// configuration. The robot named by <c>KIOSK_CARD_HAND</c> lays the card down; without it, a person is asked to do it.
/// </summary>
internal static class DeviceVisit
{
    /// <summary>`"keypad": "simulated"`: a keypad made by uinput and read by its event device like a real one.</summary>
    private const string UinputName = "simulated";

    /// <summary>KEY_KP0 to KEY_KP9, linux/input-event-codes.h.</summary>
    private static readonly ushort[] _keys = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static async Task<int> RunAsync(Config config, VisitOrder order, string? jsonFile, CancellationToken stop)
    {
        using UinputKeypad? keypad = config.Ui.Keypad == UinputName ? new() : null;
        if (keypad is not null) config = config with { Ui = config.Ui with { Keypad = await UinputKeypad.NodeAsync(stop) } };
        VisitOutcome outcome = new("failed", null, null, []);
        await ConfiguredKiosk.RunAsync(config, null,
            async kiosk => outcome = await VisitAsync(kiosk.Host, config, order, keypad, jsonFile, stop), stop);
        return outcome.Exit;
    }

    private static async Task<VisitOutcome> VisitAsync(KioskHost host, Config config, VisitOrder order, UinputKeypad? keypad,
        string? jsonFile, CancellationToken stop)
    {
        await using RemoteCardPlacer? robot = Environment.GetEnvironmentVariable("KIOSK_CARD_HAND") is { Length: > 0 } address
            ? await RemoteCardPlacer.ConnectAsync(address, stop) : null;
        ICardPlacer hand = robot as ICardPlacer ?? new AskedPerson();
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        await IdleAsync(host, patience.Token);

        using StageClock clock = new(host.Loop, TimeProvider.System, TimeSpan.MaxValue);
        int typed = 0;
        AutoPatient patient = new(host.Loop, order.Method, order.Pin ?? SimulatedDesk.PinOf(order.Card), keypad: keypad is null ? null
            : digit =>
        {
            keypad.Press(_keys[digit]);
            typed++;
        })
        {
            AnswersAfter = order.AnswersAfter,
        };
        Task<VisitOutcome> acting = patient.VisitAsync(patience.Token);
        await hand.LayAsync(order.Card, stop);
        clock.Laid();
        VisitOutcome outcome = await acting;
        await hand.TakeAsync(stop);
        await IdleAsync(host, patience.Token);

        string reason = outcome.Failure is Failure why ? $": {why} ({FailureCatalogue.EntryFor(why).Code})" : "";
        ProgressOutput.Print($"{outcome.Outcome}{reason}, receipt {outcome.Receipt}");
        if (jsonFile is not null)
        {
            await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(new
            {
                outcome.Outcome,
                Failure = outcome.Failure?.ToString(),
                outcome.Receipt,
                Keypad = config.Ui.Keypad,
                DigitsByKeypad = typed,
                Reception = config.Reception!.Address,
                clock.Stages,
            }, _json), stop);
        }

        return outcome;
    }

    private static async Task IdleAsync(KioskHost host, CancellationToken stop)
    {
        VisitView view = host.Loop.Current;
        while (view.State is not S.Idle) view = await host.Loop.NextAsync(view, stop);
    }
}
