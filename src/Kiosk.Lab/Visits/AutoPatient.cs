using Kiosk.App.PageServer;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Lab.Visits;

/// <summary>How an unattended visit ended.</summary>
/// <param name="Outcome">accepted, refused, cancelled or failed.</param>
/// <param name="Offered">The choices on the screen when the visit ended: face, pin, staff.</param>
internal sealed record VisitOutcome(string Outcome, Failure? Failure, long? Receipt, IReadOnlyList<string> Offered)
{
    /// <summary>Only when accepted: what the last screen said of the insurance.</summary>
    public InsuranceState? Insurance { get; init; }

    /// <summary>
    /// Exit code: 0 only for an accepted check-in; 3 cancelled, 4 failed without a named failure, else the failure's own code
    /// (failures.md).
    /// </summary>
    public int Exit => Outcome switch
    {
        "accepted" => 0,
        "cancelled" => 3,
        _ => Failure is Failure why ? FailureCatalogue.EntryFor(why).Exit : 4,
    };
}

/// <summary>
/// A simulated patient who answers at once, by the same interface as the browser: presses buttons, types digits, takes the card at
/// the end.
/// </summary>
/// <param name="method">Face or Pin: the method to choose if it is offered. Phone: a phone is used instead of a card.</param>
/// <param name="pin">The 4 digits to type. A test may give wrong ones.</param>
/// <param name="afterPhoto">True: chooses the method only after the photo has been read, so that every APDU of a visit is sent.</param>
/// <param name="keypad">Types a digit on a separate keypad. Null: digits are typed on the screen.</param>
internal sealed class AutoPatient(IVisitPort port, Method method, string pin, bool afterPhoto = false, Action<int>? keypad = null)
{
    /// <summary>How long this patient tries the face check before giving up. It is enough for one or two comparisons.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(25);

    /// <summary>How long this patient reads each question before answering.</summary>
    public TimeSpan AnswersAfter { get; init; }

    /// <summary>What this patient answers to 利用登録.</summary>
    public bool Registers { get; init; } = true;

    /// <summary>What this patient answers about letters and prescriptions.</summary>
    public bool AgreesToDocuments { get; init; } = true;

    private readonly HashSet<long> _answered = [];
    private readonly HashSet<long> _waiting = [];
    private bool _gaveUp;

    /// <summary>Answers the screens until the visit has ended or <paramref name="stop"/> is cancelled.</summary>
    public async Task<VisitOutcome> VisitAsync(CancellationToken stop)
    {
        VisitView view = port.Current;
        bool began = false;
        while (true)
        {
            began |= Visit.IsUnderWay(view.State);
            if (began && Over(view.State) is VisitOutcome outcome) return outcome;
            bool waits = afterPhoto && view.State is S.ChoosingMethod { Who.Card.Photo: PhotoStatus.Reading }
                or S.MatchingFace { Who.Card.Photo: PhotoStatus.Reading };
            // A screen that offers nothing yet is looked at again when it changes.
            if (!waits && !_answered.Contains(view.Screen))
            {
                if (view.State is S.Asking && AnswersAfter > TimeSpan.Zero) await Task.Delay(AnswersAfter, TimeProvider.System, stop);
                if (Answer(view)) _answered.Add(view.Screen);
            }

            await TypeAsync(stop);
            if (view.State is S.MatchingFace) _ = GiveUpAsync(view.Screen, stop);
            view = await port.NextAsync(view, stop);
        }
    }

    /// <summary>
    /// Types the digit that a pad waits for, and looks, until all are taken or another screen stands there: a key that came to a screen
    /// replaced in the meantime, or was wiped, is typed again.
    /// </summary>
    private async Task TypeAsync(CancellationToken stop)
    {
        VisitView view = port.Current;
        long screen = view.Screen;
        while (view.Screen == screen && Typed(view.State) is int typed && typed < pin.Length)
        {
            int digit = pin[typed] - '0';
            if (keypad is null) port.Key(screen, digit);
            else
            {
                // Not faster than a person: two presses of one key within 40 ms are one.
                await Task.Delay(KeyBounce.Limit * 2, TimeProvider.System, stop);
                keypad(digit);
            }

            while (view.Screen == screen && Typed(view.State) == typed) view = await port.NextAsync(view, stop);
        }
    }

    /// <returns>Digits of the PIN that the screen has taken; null: it asks for none.</returns>
    private static int? Typed(VisitState state) => state is S.EnteringPin or S.TypingPhonePin ? state.Typed : null;

    /// <returns>False where there is nothing to press on this screen.</returns>
    private bool Answer(VisitView at)
    {
        switch (at.State)
        {
            case S.ChoosingMethod choosing when method is Method.Face && Visit.OffersFace(choosing.Station, choosing.Who):
                port.Press(at.Screen, new E.ChoseFace());
                break;
            case S.ChoosingMethod { Who.Card.PinTries: > 0 } or S.MatchingFace { Who.Card.PinTries: > 0 } when method is Method.Pin:
                port.Press(at.Screen, new E.ChosePin());
                break;
            case S.LastPinTry:
                port.Press(at.Screen, new E.GoOn());
                break;
            case S.AskingConsent:
                port.Press(at.Screen, new E.AnsweredAll(true));
                break;
            case S.AskingItem or S.AskingPmh:
                port.Press(at.Screen, new E.Answered(true));
                break;
            case S.AskingDocuments:
                port.Press(at.Screen, new E.AnsweredAll(AgreesToDocuments));
                break;
            case S.AskingDocument:
                port.Press(at.Screen, new E.Answered(AgreesToDocuments));
                break;
            case S.AskingRegistration:
                port.Press(at.Screen, new E.Answered(Registers));
                break;
            case S.AskingPrescription:
                port.Press(at.Screen, new E.ChosePrescription(PrescriptionForm.Electronic));
                break;
            case S.ReviewingConsent:
                port.Press(at.Screen, new E.ConfirmedAnswers());
                break;
            case S.StillThere or S.StaffCalled:
                port.Press(at.Screen, new E.GoOn());
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Goes back to the choice of method if the same screen is still shown. This patient then has no method left.</summary>
    private async Task GiveUpAsync(long screen, CancellationToken stop)
    {
        if (!_waiting.Add(screen)) return;
        await Task.Delay(_patience, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gaveUp |= port.Current.Screen == screen;
        port.Press(screen, new E.GoBack());
    }

    private VisitOutcome? Over(VisitState state) => state switch
    {
        S.TakeCard { Ending: Ending.Accepted accepted } => new("accepted", null, accepted.Number, []) { Insurance = accepted.Insurance },
        S.TakeCard { Ending: Ending.Refused refused } => new("refused", refused.Why, null, ["staff"]),
        S.Idle { LastVisit: Ending.Accepted accepted } => new("accepted", null, accepted.Number, []) { Insurance = accepted.Insurance },
        S.Idle { LastVisit: Ending.Refused refused } => new("refused", refused.Why, null, ["staff"]),
        S.TakeCard or S.Idle => new("cancelled", null, null, []),
        S.Submitting { Trouble: Failure trouble } => new("failed", trouble, null, ["retry", "staff"]),
        S.PinBlocked at => new("refused", Failure.PinBlocked, null, Offered(at.Station, at.Who)),
        S.TypingPhonePin { Notice: Failure notice } => new("refused", notice, null, ["pin", "staff"]),
        S.HoldingPhone { Notice: Failure notice } => new("refused", notice, null, ["staff"]),
        S.ChoosingMethod at when _gaveUp => new("cancelled", null, null, Offered(at.Station, at.Who)),
        S.ChoosingMethod { Notice: Failure.CardNotProven } at => new("refused", Failure.CardNotProven, null, Offered(at.Station, at.Who)),
        S.ChoosingMethod at when !IsOffered(at) => new("refused", at.Notice ?? Missing(at), null, Offered(at.Station, at.Who)),
        S.OutOfService at => new("failed", at.Why, null, ["staff"]),
        S.Offline at => new("failed", at.Why, null, ["staff"]),
        _ => null,
    };

    /// <summary>True: the method of this patient is available.</summary>
    private bool IsOffered(S.ChoosingMethod at) => method is Method.Face ? Visit.OffersFace(at.Station, at.Who) : at.Who.Card.PinTries > 0;

    private Failure? Missing(S.ChoosingMethod at) =>
        method is Method.Pin ? Failure.PinBlocked : at.Station.Camera ?? Failure.PhotoUnreadable;

    private static List<string> Offered(Station station, Visitor who)
    {
        List<string> offered = [];
        if (Visit.OffersFace(station, who)) offered.Add("face");
        if (who.Card.PinTries > 0) offered.Add("pin");
        if (Visit.OffersVisual(who)) offered.Add("staff");
        return offered;
    }
}
