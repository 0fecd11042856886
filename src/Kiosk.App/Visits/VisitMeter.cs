using System.Diagnostics.Metrics;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.App.Visits;

/// <summary>
/// Counts how visits end and how long their stages take: as OpenTelemetry instruments of the meter <c>Kiosk</c>, and as totals that go
/// to the reception with the kiosk's health. Contains times and codes only, nothing of a patient.
/// </summary>
internal sealed class VisitMeter : IDisposable
{
    private readonly Meter _meter = new("Kiosk");
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _stage;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Outcome, string Code), long> _visits = [];
    private readonly SortedDictionary<string, (long Count, double Ms)> _stages = new(StringComparer.Ordinal);
    private long _since;

    public VisitMeter(TimeProvider time)
    {
        _time = time;
        _ended = _meter.CreateCounter<long>("kiosk.visits", "{visit}", "visits by outcome and failure code");
        _stage = _meter.CreateHistogram<double>("kiosk.stage.duration", "ms", "time in one state of the visit");
    }

    /// <summary>Handles <see cref="VisitLoop.Stepped"/>, on the loop's thread.</summary>
    public void Step(VisitState before, VisitEvent happened, Step step)
    {
        if (before.GetType() == step.State.GetType()) return;
        long now = _time.GetTimestamp();
        if (Visit.IsUnderWay(before) && _since != 0) Took(before.GetType().Name, _time.GetElapsedTime(_since, now).TotalMilliseconds);
        _since = now;
        if (step.State is S.TakeCard { Ending: var ending }) Ended(ending);
        else if (step.State is S.Idle { LastVisit: Ending.TakenEarly early } && Visit.IsUnderWay(before)) Ended(early);
    }

    /// <summary>Totals since the start.</summary>
    public (IReadOnlyList<VisitCount> Visits, IReadOnlyList<StageTime> Stages) Totals()
    {
        lock (_gate)
            return ([.. _visits.Select(v => new VisitCount(v.Key.Outcome, v.Key.Code, v.Value))],
                [.. _stages.Select(s => new StageTime(s.Key, s.Value.Count, s.Value.Ms))]);
    }

    public void Dispose() => _meter.Dispose();

    private void Took(string stage, double ms)
    {
        _stage.Record(ms, new KeyValuePair<string, object?>("stage", stage));
        lock (_gate)
        {
            (long count, double sum) = _stages.GetValueOrDefault(stage);
            _stages[stage] = (count + 1, sum + ms);
        }
    }

    private void Ended(Ending ending)
    {
        string code = ending is Ending.Refused refused ? FailureCatalogue.EntryFor(refused.Why).Code : "", outcome = ending.GetType().Name;
        _ended.Add(1, new KeyValuePair<string, object?>("outcome", outcome), new KeyValuePair<string, object?>("code", code));
        lock (_gate) _visits[(outcome, code)] = _visits.GetValueOrDefault((outcome, code)) + 1;
    }
}
