using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Lab.Desk;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Lab.Visits;

/// <param name="Name">detect, card, asked (from the face screen to the request to turn the head), turn (the time that the simulated person
/// needs to turn the head), photo, camera_to_verdict, verdict, pin, submit, insurance (from the receipt to the last screen) or
/// total.</param>
internal sealed record Stage(string Name, double Ms);

/// <summary>Measures the stages of one visit from the steps of the visit loop.</summary>
internal sealed class StageClock : IDisposable
{
    private readonly VisitLoop _loop;
    private readonly TimeProvider _time;
    private readonly TimeSpan _turnTime;
    private readonly Dictionary<string, long> _marks = [];
    private readonly List<Stage> _stages = [];
    private double? _verdict;

    /// <param name="turnTime">What the person alone needs for the head turn; a longer wait for the verdict is the machine's.</param>
    public StageClock(VisitLoop loop, TimeProvider time, TimeSpan turnTime)
    {
        (_loop, _time, _turnTime) = (loop, time, turnTime);
        _loop.Stepped += Step;
    }

    /// <summary>Asked for at the patient's last press, on the loop's thread; null: not wanted.</summary>
    public Func<Task<CardUse>>? CardUse { get; init; }

    /// <summary>Use of the card until the patient's last press; null: not asked for.</summary>
    public Task<CardUse>? AtLastPress { get; private set; }

    public IReadOnlyList<Stage> Stages
    {
        get
        {
            lock (_marks) return _verdict is double ms ? [.. _stages, new Stage("verdict", ms)] : [.. _stages];
        }
    }

    public double? this[string stage] => Stages.LastOrDefault(s => s.Name == stage)?.Ms;

    /// <summary>The card is on the reader now. The kiosk may have detected it already.</summary>
    public void Laid()
    {
        lock (_marks) _marks.TryAdd("laid", _time.GetTimestamp());
    }

    private void Step(VisitState before, VisitEvent happened, Step step)
    {
        lock (_marks)
        {
            switch (happened)
            {
                case E.CardInserted: Mark("inserted"); _marks.TryAdd("laid", _marks["inserted"]); Close("detect", "laid"); break;
                case E.CardRead: Mark("read"); Close("card", "inserted"); break;
                case E.PhotoChanged { Photo: PhotoStatus.Ready }: Close("photo", "read"); break;
                case E.FaceGuided { Guidance: FaceGuidance.TurnHeadLeft or FaceGuidance.TurnHeadRight }:
                    _marks.TryAdd("asked", _time.GetTimestamp());
                    if (_marks.ContainsKey("face") && _stages.All(s => s.Name != "asked")) Close("asked", "face");
                    break;
                // The head has turned, and the photo of the card is still being read.
                case E.FaceGuided { Guidance: FaceGuidance.Comparing }: CloseTurn(); break;
                case E.FaceJudged judged: Close("camera_to_verdict", "face"); CloseTurn(); _verdict = judged.Verdict.MachineMs; break;
                case E.TypedAll when before is S.EnteringPin: Mark("pin"); break;
                case E.PinChecked: Close("pin", "pin"); break;
                case E.ReceiptCame: Close("submit", "submit"); Close("total", "laid"); Mark("receipt"); break;
                default: break;
            }
            // What the patient waits for the centre's answer beyond the questions.
            if (before is not S.TakeCard && step.State is S.TakeCard { Ending: Ending.Accepted }) Close("insurance", "receipt");
            if (before is not S.MatchingFace && step.State is S.MatchingFace) Mark("face");
            if (before is not S.Submitting && step.State is S.Submitting) Mark("submit");
        }

        if (before is not S.Submitting && step.State is S.Submitting) AtLastPress ??= CardUse?.Invoke();
    }

    /// <summary>Adds the person's time to react and turn the head, limited to the time before the verdict.</summary>
    private void CloseTurn()
    {
        if (_marks.Remove("asked", out long asked))
            _stages.Add(new Stage("turn",
                Math.Min(_time.GetElapsedTime(asked).TotalMilliseconds, _turnTime.TotalMilliseconds)));
    }

    private void Mark(string name)
    {
        lock (_marks) _marks[name] = _time.GetTimestamp();
    }

    private void Close(string stage, string since)
    {
        if (_marks.TryGetValue(since, out long from)) _stages.Add(new Stage(stage, _time.GetElapsedTime(from).TotalMilliseconds));
    }

    public void Dispose() => _loop.Stepped -= Step;
}
