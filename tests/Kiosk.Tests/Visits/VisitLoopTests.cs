using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitLoopTests : VisitLoopRig
{
    [Fact]
    public async Task A_visit_by_PIN_ends_with_the_receipt_and_nothing_is_kept()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.Equal(12, Assert.IsType<Ending.Accepted>(end.Ending).Number);
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        await Reach<S.Idle>();
        Assert.Equal(1, Devices.Verifies);
        Assert.All(Devices.Pins, pin => Assert.Equal(0, pin.Length));
        Assert.Equal(0, Typed.Count);
        Assert.Empty(Journal.Pending());
    }

    [Fact]
    public async Task A_face_that_matches_needs_no_pin_and_the_camera_closes()
    {
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Reach<S.ChoosingMethod>();
        Press(new E.ChoseFace());
        await Reach<S.MatchingFace>();
        Devices.Faces.Writer.TryWrite(new FaceReport.Judged(new FaceVerdict(true, true, 4, "fake", 50)));
        await Reach<S.AskingConsent>();
        Assert.Equal(0, Devices.Verifies);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (Devices.FacesOpen > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    [Fact]
    public async Task A_card_taken_while_the_PIN_is_checked_ends_the_visit_and_the_late_answer_is_dropped()
    {
        await ChoosePin();
        Devices.HoldVerify = new TaskCompletionSource();
        Type("1234");
        await Reach<S.VerifyingPin>();
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardRemoved());
        await Reach<S.Idle>();
        Devices.HoldIdentify = new TaskCompletionSource();
        Devices.Reader.Writer.TryWrite(new ReaderEvent.CardInserted());
        await Reach<S.ReadingCard>();
        Devices.HoldVerify.SetResult();
        Devices.HoldIdentify.SetResult();
        await Reach<S.ChoosingMethod>();
        Assert.Equal(1, Devices.Verifies);
    }

    [Fact]
    public async Task Two_more_keys_after_the_last_digit_do_nothing()
    {
        await ChoosePin();
        Type("123499");
        await Reach<S.AskingConsent>();
        Assert.Equal(1, Devices.Verifies);
    }

    [Fact]
    public async Task A_double_tap_does_not_answer_the_next_question_too()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.ChoseOneByOne());
        await Reach<S.AskingItem>();
        using ManualResetEventSlim tapped = new();
        Loop.Stepped += HoldTheLoop;
        Loop.Post(new E.LinkChanged(null));
        long screen = Loop.Current.Screen;
        Loop.Press(screen, new E.Answered(true));
        Loop.Press(screen, new E.Answered(true));
        tapped.Set();
        await Loop.AnswersAsync();
        Loop.Stepped -= HoldTheLoop;
        Assert.Equal(1, Assert.IsType<S.AskingItem>(Loop.Current.State).Index);

        void HoldTheLoop(VisitState before, E happened, Step step)
        {
            if (happened is E.LinkChanged) tapped.Wait();
        }
    }

    [Fact]
    public async Task A_check_in_that_could_not_be_sent_is_repeated_with_the_same_key()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Devices.SubmitFails = Failure.ReceptionUnreachable;
        Press(new E.AnsweredAll(false));
        await Reach<S.Submitting>(s => s.Trouble is Failure.ReceptionUnreachable);
        Devices.SubmitFails = null;
        // Longer than sending may take, shorter than the time in which the patient reads what happened.
        await Pass(45);
        await Pass(1);
        Assert.IsType<S.Submitting>(Loop.Current.State);
        Press(new E.GoOn());
        await Reach<S.TakeCard>();
        Assert.Equal(2, Devices.CheckIns.Count);
        // The same content: the reception may have stored the first one, and refuses another content with the same key.
        Assert.Single(Devices.CheckIns.Distinct());
    }

    [Fact]
    public async Task While_the_reception_cannot_write_the_check_in_is_sent_again_and_the_patient_only_waits()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Devices.SubmitFails = Failure.ReceptionNotStoring;
        Press(new E.AnsweredAll(false));
        // Small steps: the repeats come every half second of the visit's 20 s.
        await PassUntil(0.05, _ => Devices.CheckIns.Count >= 3);
        Assert.Null(Assert.IsType<S.Submitting>(Loop.Current.State).Trouble);
        Devices.SubmitFails = null;
        await PassUntil(0.05, s => s is S.TakeCard);
        Assert.Single(Devices.CheckIns.Distinct());
    }

    [Fact]
    public async Task A_reception_that_cannot_write_for_longer_is_named_to_the_patient_who_may_try_again()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Devices.SubmitFails = Failure.ReceptionNotStoring;
        Press(new E.AnsweredAll(false));
        await PassUntil(0.05, s => s is S.Submitting { Trouble: not null });
        Assert.Equal(Failure.ReceptionNotStoring, Assert.IsType<S.Submitting>(Loop.Current.State).Trouble);
    }

    [Fact]
    public async Task A_missing_camera_and_its_return_are_noticed()
    {
        Devices.CameraWhy = Failure.CameraMissing;
        await PassUntil(2, s => s.Station.Camera is Failure.CameraMissing);
        Devices.CameraWhy = null;
        await PassUntil(2, s => s.Station.Camera is null);
    }

    [Fact]
    public async Task The_desk_is_rung_with_the_failure_on_the_patients_screen()
    {
        Devices.PinAnswers.Clear();
        Devices.PinAnswers.Enqueue(new PinAnswer.Blocked());
        await ChoosePin();
        Type("0000");
        await Reach<S.PinBlocked>();
        Press(new E.CallStaff());
        await Reach<S.StaffCalled>();
        Assert.Equal([Failure.PinBlocked], Devices.Rings);
    }

    [Fact]
    public async Task The_log_names_the_states_of_a_visit_but_no_press_and_no_answer()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        await Reach<S.TakeCard>();
        string[] lines = [.. Log.All];
        Assert.Contains(lines, line => line.Contains("EnteringPin by Press", StringComparison.Ordinal));
        string[] presses = [.. typeof(E).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(E.Press))).Select(type => type.Name)];
        Assert.NotEmpty(presses);
        Assert.All(lines, line => Assert.DoesNotContain(presses, name => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.DoesNotContain("1234", line, StringComparison.Ordinal));
    }
}
