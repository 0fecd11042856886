using System.Diagnostics.Metrics;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// What the reception measures, meter <c>Reception</c>: check-ins and how long a durable commit takes, refusals, calls for staff,
/// and what each kiosk reports about itself. Kiosk ids and codes only; nothing of a patient.
/// </summary>
internal sealed class ReceptionMeter : IDisposable
{
    public const string Name = "Reception";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _checkIns;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _commit;

    /// <param name="kiosks">All kiosks that called since the start.</param>
    public ReceptionMeter(Func<IEnumerable<KioskState>> kiosks)
    {
        _checkIns = _meter.CreateCounter<long>("reception.checkins", "{checkin}", "check-ins stored, by kiosk and method");
        _refused = _meter.CreateCounter<long>("reception.refused", "{call}", "check-ins refused, by kiosk and status");
        _calls = _meter.CreateCounter<long>("reception.staff.calls", "{call}", "calls for staff, by kiosk and failure code");
        _commit = _meter.CreateHistogram<double>(
            "reception.commit.duration", "ms", "check-in received until it was committed durably",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 3000] });
        _meter.CreateObservableGauge("reception.kiosk.up", () =>
            kiosks().Select(l => new Measurement<int>(l.Connected ? 1 : 0, Tag("kiosk", l.Id))), null, "1 while the kiosk's stream is up");
        _meter.CreateObservableGauge("reception.kiosk.device.up", () => kiosks().SelectMany(Devices), null,
            "1 while the device works, 0 with its failure code");
        _meter.CreateObservableCounter("reception.kiosk.visits", () => kiosks().SelectMany(Visits), "{visit}",
            "visits since the kiosk's start, by outcome and failure code");
        _meter.CreateObservableCounter("reception.kiosk.stages", () => kiosks().SelectMany(l => Stages(l, s => s.Count)), "{stage}",
            "stages passed since the kiosk's start");
        _meter.CreateObservableCounter("reception.kiosk.stage.time", () => kiosks().SelectMany(l => Stages(l, s => (long)s.SumMs)), "ms",
            "time spent in them");
    }

    public void Stored(string kiosk, string method, TimeSpan took)
    {
        _checkIns.Add(1, Tag("kiosk", kiosk), Tag("method", method));
        _commit.Record(took.TotalMilliseconds);
    }

    public void Refused(string kiosk, string status) => _refused.Add(1, Tag("kiosk", kiosk), Tag("status", status));

    public void Called(string kiosk, string code) => _calls.Add(1, Tag("kiosk", kiosk), Tag("code", code));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Devices(KioskState l) =>
        (l.Health?.Devices ?? []).Select(d =>
            new Measurement<int>(d.FailureCode.Length == 0 ? 1 : 0, Tag("kiosk", l.Id), Tag("device", d.Name), Tag("code", d.FailureCode)));

    private static IEnumerable<Measurement<long>> Visits(KioskState l) =>
        (l.Health?.Visits ?? [])
            .Select(v => new Measurement<long>(v.Count, Tag("kiosk", l.Id), Tag("outcome", v.Outcome), Tag("code", v.FailureCode)));

    private static IEnumerable<Measurement<long>> Stages(KioskState l, Func<Contract.StageTime, long> value) =>
        (l.Health?.Stages ?? []).Select(s => new Measurement<long>(value(s), Tag("kiosk", l.Id), Tag("stage", s.Stage)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
