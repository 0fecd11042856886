using System.Globalization;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Journeys;

/// <summary>
/// The real <see cref="Visit.Next"/> with devices that answer at once. The test decides when a face is judged and when a time limit
/// ends.
/// </summary>
/// <param name="start">What follows the card at this site.</param>
public sealed class ScriptedVisit(TestPicture camera, VisitStart start = VisitStart.Choice) : IVisitPort
{
    private readonly Lock _gate = new();
    private readonly List<int> _typed = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VisitView Current { get; private set; } = new(1, new S.Idle
    {
        Station = Station.Ready with { Policy = SitePolicy.Default with { Start = start } },
    });

    public CardFacts Card { get; set; } = new(CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Ready,
        new DateOnly(2030, 1, 15));

    public string RightPin { get; set; } = "1234";

    /// <summary>Names of the presses that reached the visit.</summary>
    public IList<string> Pressed { get; } = [];

    public void Happen(E happened)
    {
        lock (_gate)
        {
            Step step = Visit.Next(Current.State, happened);
            Current = Current.Next(step.State);
            TaskCompletionSource told = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            told.SetResult();
            foreach (A action in step.Actions) Answer(action);
        }
    }

    public async Task<VisitView> NextAsync(VisitView seen, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!ReferenceEquals(Current, seen)) return Current;
                changed = _changed.Task;
            }
            await changed.WaitAsync(stop);
        }
    }

    public void Press(long screen, E.Press pressed)
    {
        lock (_gate)
        {
            if (screen != Current.Screen) return;
            Pressed.Add(pressed.GetType().Name);
            Happen(pressed);
        }
    }

    public void Key(long screen, int digit)
    {
        lock (_gate)
        {
            if (screen != Current.Screen || Current.State.DigitsWanted is not int wanted || _typed.Count == wanted) return;
            _typed.Add(digit);
            Happen(new E.Typed(_typed.Count));
            if (_typed.Count == wanted) Happen(new E.TypedAll());
        }
    }

    public void Erase(long screen)
    {
        lock (_gate)
        {
            if (screen != Current.Screen || _typed.Count == 0) return;
            _typed.RemoveAt(_typed.Count - 1);
            Happen(new E.Typed(_typed.Count));
        }
    }

    private void Answer(A action)
    {
        switch (action)
        {
            case A.ReadCard:
                Happen(new E.CardRead(Card));
                break;
            case A.VerifyPin:
                bool right = string.Concat(_typed.Select(digit => digit.ToString(CultureInfo.InvariantCulture))) == RightPin;
                _typed.Clear();
                int left = ((S.Unconfirmed)Current.State).Who.Card.PinTries - 1;
                Happen(new E.PinChecked(right ? new PinAnswer.Accepted() : left > 0 ? new PinAnswer.Wrong(left) : new PinAnswer.Blocked()));
                break;
            case A.CheckStaffCode:
                _typed.Clear();
                Happen(new E.StaffCodeChecked("staff-1"));
                break;
            case A.StartFace:
                camera.Open = true;
                Happen(new E.FaceGuided(FaceGuidance.LookHere));
                break;
            case A.StopFace:
                camera.Open = false;
                break;
            case A.WipeDigits or A.Forget:
                _typed.Clear();
                break;
            case A.Submit:
                Happen(new E.ReceiptCame(new(Guid.Empty, 12, false)));
                break;
        }
    }
}
