using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Lab.Desk;
using Kiosk.Simulators.Centre;

namespace Kiosk.Lab.Visits;

/// <summary>`kiosk-lab visit`: one unattended visit through the real parts of the kiosk, with the time of each stage.</summary>
internal static class VisitCommand
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    public static async Task<int> RunAsync(VisitOrder order, string? jsonFile, CancellationToken stop)
    {
        await using SimulatedDesk desk =
            await SimulatedDesk.StartAsync(new SimulatedDeskOptions { BitRate = order.BitRate, Pharmacy = order.Pharmacy },
                ProgressOutput.Print, stop);
        await desk.ReadyAsync(stop);
        VisitReport report = await VisitAsync(desk, order, stop);
        foreach (Stage stage in report.Stages) Console.WriteLine($"{stage.Name,-18} {stage.Ms,8:F0} ms");
        Console.WriteLine($"card               {report.Card.PhysicalMs,8:F0} ms of modelled card time, {report.Card.Apdus} APDUs, "
            + $"{report.Card.Bytes} bytes, VERIFY sent {report.Card.Verify} times");
        Console.WriteLine(Summary(report));
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(report, _json), stop);
        return report.Exit;
    }

    /// <summary>
    /// Lays the card down, lets the patient act, removes the card, and waits until the kiosk is ready for the next patient.
    /// </summary>
    public static async Task<VisitReport> VisitAsync(SimulatedDesk desk, VisitOrder order, CancellationToken stop)
    {
        if (order.Centre is { } centre) desk.OrderCentre(centre);
        await desk.StandAsync(order.Person, stop);
        using StageClock clock = new(desk.Host.Loop, desk.Time, desk.TurnTime) { CardUse = () => desk.CardUseAsync(stop) };
        AutoPatient patient = new(desk.Host.Loop, order.Method, order.Pin ?? SimulatedDesk.PinOf(order.Card), order.AfterPhoto)
        {
            AnswersAfter = order.AnswersAfter,
            Registers = order.Registers,
            AgreesToDocuments = order.AgreesToDocuments,
        };
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        Task<VisitOutcome> acting = patient.VisitAsync(patience.Token);
        await desk.InsertAsync(order.Card, stop);
        clock.Laid();
        VisitOutcome outcome;
        try
        {
            outcome = await acting;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            outcome = new("failed", null, null, []);
        }
        CardUse used = await desk.CardUseAsync(stop);
        if (clock.AtLastPress is { } before) used = used with { AfterLastPressMs = used.PhysicalMs - (await before).PhysicalMs };
        await desk.PullAsync(stop);
        await desk.ReadyAsync(stop);
        return new VisitReport(outcome.Outcome, outcome.Failure, outcome.Failure is Failure why ? FailureCatalogue.EntryFor(why).Code
            : null,
            outcome.Receipt, order.Method.ToString().ToLowerInvariant(), order.Card, order.Person, outcome.Offered, clock.Stages,
            used, desk.FaceEngine, desk.FacesFrom)
        {
            Insurance = outcome.Insurance?.ToString().ToLowerInvariant(),
            Exit = outcome.Exit,
        };
    }

    private static string Summary(VisitReport report) => report.Outcome switch
    {
        "accepted" => $"accepted, receipt {report.Receipt}, insurance {report.Insurance}",
        _ => $"{report.Outcome}{Reason(report)}; offered: {string.Join(", ", report.Offered)}",
    };

    private static string Reason(VisitReport report) =>
        report.Failure is Failure why ? $": {why} ({report.Code}), {FailureCatalogue.EntryFor(why).Remedy}" : "";
}

/// <param name="Person">holder, other, nobody, two or print.</param>
/// <param name="BitRate">Speed of the card, kbit/s Type B: 106, 212 or 424; 0 = without any delay.</param>
/// <param name="Pin">Null: the card's own.</param>
/// <param name="AfterPhoto">True: the patient chooses only after the photo has been read.</param>
/// <param name="Centre">What the simulated centre answers; null: as before.</param>
/// <param name="AnswersAfter">How long the patient reads each question.</param>
/// <param name="Registers">Agrees to 利用登録.</param>
/// <param name="AgreesToDocuments">Letters may be seen, prescriptions are dispensed.</param>
/// <param name="Pharmacy">The site is a pharmacy.</param>
internal sealed record VisitOrder(string Card, string Person, Method Method, string? Pin = null, int BitRate = 424,
    bool AfterPhoto = false, CentreOrder? Centre = null, TimeSpan AnswersAfter = default, bool Registers = true,
    bool AgreesToDocuments = true, bool Pharmacy = false);

internal sealed record VisitReport(
    string Outcome, Failure? Failure, string? Code, long? Receipt, string Method, string CardName, string Person,
    IReadOnlyList<string> Offered, IReadOnlyList<Stage> Stages, CardUse Card, string Engine, string Faces)
{
    /// <summary>How the insurance stood when the visit ended; null: not accepted.</summary>
    public string? Insurance { get; init; }

    [JsonIgnore]
    public int Exit { get; init; }
}
