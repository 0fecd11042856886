using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>スマホ搭載: a visit without a card on the reader.</summary>
public sealed class PhoneVisitTests
{
    private static readonly CardFacts Android = VisitSamples.ByPhone.Card;
    private static readonly CardFacts Iphone = Android with { Kind = CardKind.Iphone };

    private readonly List<VisitAction> _done = [];
    private VisitState _state = new S.Idle
    {
        Station = Station.Ready with { Policy = VisitSamples.AsksAll with { AsksPmh = false, AsksPrescription = false } },
    };

    private T Now<T>(params VisitEvent[] happened)
        where T : VisitState
    {
        foreach (VisitEvent one in happened)
        {
            Step step = Visit.Next(_state, one);
            _state = step.State;
            _done.AddRange(step.Actions);
        }
        return Assert.IsType<T>(_state);
    }

    [Fact]
    public void The_PIN_of_an_Android_phone_is_typed_then_the_phone_is_held_and_may_be_taken_away()
    {
        Now<S.ChoosingPhone>(new E.ChosePhone(Phones.Android | Phones.Iphone));
        Now<S.TypingPhonePin>(new E.ChosePhone(Phones.Android), new E.Typed(3));
        Now<S.HoldingPhone>(new E.TypedAll());
        Assert.DoesNotContain(_done, a => a is A.WipeDigits);
        Now<S.ReadingPhone>(new E.CardInserted());
        Assert.Equal([new A.BeginPhone(), new A.ReadPhone(false)], _done);
        S.AskingConsent asking = Now<S.AskingConsent>(new E.PhoneRead(Android), new E.CardRemoved());
        Assert.Equal(Method.Phone, asking.Who.Method);
        Now<S.Submitting>(new E.AnsweredAll(true));
        // Nothing lies on the reader; the site gives the centre a moment more.
        Now<S.AwaitingInsurance>(new E.ReceiptCame(new(Guid.Empty, 7, false)));
        Assert.IsType<Ending.Accepted>(Now<S.Idle>(new E.InsuranceLate()).LastVisit);
        Assert.Equal(new A.Forget(), _done[^1]);
    }

    [Fact]
    public void An_iPhone_is_held_without_a_PIN_and_again_when_it_was_locked()
    {
        Now<S.HoldingPhone>(new E.ChosePhone(Phones.Android | Phones.Iphone), new E.ChosePhone(Phones.Iphone));
        Assert.Equal(Failure.PhoneLocked, Now<S.HoldingPhone>(new E.CardInserted(), new E.PhoneFailed(Failure.PhoneLocked)).Notice);
        Now<S.ReadingPhone>(new E.CardRemoved(), new E.CardInserted());
        Now<S.AskingConsent>(new E.PhoneRead(Iphone));
    }

    [Fact]
    public void A_phone_laid_down_on_the_start_screen_is_read_where_the_site_takes_it_and_else_refused()
    {
        Now<S.TypingPhonePin>(new E.CardInserted(), new E.CardRead(Android));
        _state = new S.Idle();
        Assert.Equal(new Ending.Refused(Failure.CardIsPhone), Now<S.TakeCard>(new E.CardInserted(), new E.CardRead(Android)).Ending);
    }

    [Fact]
    public void The_patient_is_warned_before_the_last_try_of_a_phone_is_used()
    {
        Now<S.TypingPhonePin>(new E.ChosePhone(Phones.Android), new E.ChosePhone(Phones.Android));
        Now<S.ReadingPhone>(new E.TypedAll(), new E.CardInserted());
        Assert.Equal(1, Now<S.TypingPhonePin>(new E.CardRead(Android with { PinTries = 1 })).TriesLeft);
        Assert.True(Now<S.ReadingPhone>(new E.TypedAll()).Warned);
        Assert.Equal(new A.ReadPhone(true), _done[^1]);
    }

    [Fact]
    public void A_patient_who_cancels_with_a_phone_is_not_asked_to_take_a_card()
    {
        Now<S.HoldingPhone>(new E.ChosePhone(Phones.Iphone), new E.ChosePhone(Phones.Iphone));
        Assert.IsType<Ending.Cancelled>(Now<S.Idle>(new E.Cancel()).LastVisit);
        Assert.Equal(new A.Forget(), _done[^1]);
    }

    [Fact]
    public void A_phone_left_on_the_reader_is_called_a_phone()
    {
        Now<S.HoldingPhone>(new E.ChosePhone(Phones.Iphone), new E.ChosePhone(Phones.Iphone));
        Now<S.AskingConsent>(new E.CardInserted(), new E.PhoneRead(Iphone));
        Assert.True(Now<S.TakeCard>(new E.Cancel()).IsPhone);
        Assert.IsType<Ending.Cancelled>(Now<S.Idle>(new E.CardRemoved()).LastVisit);
    }

    [Fact]
    public void A_phone_whose_certificate_has_ended_is_refused()
    {
        Now<S.ReadingPhone>(new E.ChosePhone(Phones.Iphone), new E.ChosePhone(Phones.Iphone), new E.CardInserted());
        Ending ending = Now<S.TakeCard>(new E.PhoneRead(Iphone with { Certificate = CertificateStatus.Expired })).Ending;
        Assert.Equal(new Ending.Refused(Failure.CertificateExpired) { ByPhone = true }, ending);
    }

    [Fact]
    public void A_typed_PIN_is_wiped_when_no_phone_comes()
    {
        Now<S.HoldingPhone>(new E.ChosePhone(Phones.Android), new E.ChosePhone(Phones.Android), new E.TypedAll());
        Now<S.StillThere>(new E.TimedOut());
        Assert.Equal(new A.WipeDigits(), _done[^1]);
        Assert.Equal(0, Now<S.TypingPhonePin>(new E.GoOn()).Typed);
    }
}
