using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitLoopTests : VisitLoopRig
{
    [Fact]
    public async Task A_visit_by_pin_ends_with_the_receipt_and_nothing_kept()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        await Reach<S.ReviewingConsent>();
        Press(new E.ConfirmedAnswers());
        S.TakeCard end = await Reach<S.TakeCard>();
        Assert.Equal(12, Assert.IsType<Ending.Accepted>(end.Ending).Number);
        Devices.Reader.Writer.TryWrite(new ReaderNews.CardRemoved());
        await Reach<S.Idle>();
        Assert.Equal(1, Devices.Verifies);
        Assert.All(Devices.Pins, pin => Assert.Equal(0, pin.Length));
        Assert.Equal(0, Typed.Count);
        Assert.Empty(Journal.Pending());
    }

    [Fact]
    public async Task A_face_that_matches_needs_no_pin_and_the_camera_closes()
    {
        Devices.Reader.Writer.TryWrite(new ReaderNews.CardInserted());
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
    public async Task A_card_pulled_while_the_pin_is_checked_ends_idle_and_the_late_answer_is_nobodys()
    {
        await ChoosePin();
        Devices.HoldVerify = new TaskCompletionSource();
        Type("1234");
        await Reach<S.VerifyingPin>();
        Devices.Reader.Writer.TryWrite(new ReaderNews.CardRemoved());
        await Reach<S.Idle>();
        Devices.HoldIdentify = new TaskCompletionSource();
        Devices.Reader.Writer.TryWrite(new ReaderNews.CardInserted());
        await Reach<S.ReadingCard>();
        Devices.HoldVerify.SetResult();
        Devices.HoldIdentify.SetResult();
        await Reach<S.ChoosingMethod>();
        Assert.Equal(1, Devices.Verifies);
    }

    [Fact]
    public async Task Two_fast_keys_after_the_last_digit_do_nothing()
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
    public async Task A_check_in_that_cannot_be_handed_over_is_repeated_with_the_same_key()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        await Reach<S.ReviewingConsent>();
        Devices.SubmitFails = Failure.ReceptionUnreachable;
        Press(new E.ConfirmedAnswers());
        await Reach<S.Submitting>(s => s.Trouble is Failure.ReceptionUnreachable);
        Devices.SubmitFails = null;
        // Longer than the hand-over may take, shorter than a patient is given to read what happened.
        await Pass(45);
        await Pass(1);
        Assert.IsType<S.Submitting>(Loop.Current.State);
        Press(new E.GoOn());
        await Reach<S.TakeCard>();
        Assert.Equal(2, Devices.CheckIns.Count);
        // To the letter: the reception, which may have stored the first, refuses other content under the same key.
        Assert.Single(Devices.CheckIns.Distinct());
    }

    [Fact]
    public async Task A_missing_camera_takes_the_face_off_the_choice_and_its_return_brings_it_back()
    {
        Devices.CameraWhy = Failure.CameraMissing;
        await PassUntil(2, s => s.Station.Camera is Failure.CameraMissing);
        Devices.CameraWhy = null;
        await PassUntil(2, s => s.Station.Camera is null);
    }

    [Fact]
    public async Task Staff_are_rung_with_what_the_patient_saw()
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
    public async Task The_log_tells_where_the_visit_is_and_neither_what_was_pressed_nor_what_was_answered()
    {
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(false));
        await Reach<S.ReviewingConsent>();
        Press(new E.ConfirmedAnswers());
        await Reach<S.TakeCard>();
        string[] lines = [.. Log.All];
        Assert.Contains(lines, line => line.Contains("EnteringPin by Press", StringComparison.Ordinal));
        string[] presses = [.. typeof(E).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(E.Press))).Select(type => type.Name)];
        Assert.NotEmpty(presses);
        Assert.All(lines, line => Assert.DoesNotContain(presses, name => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.DoesNotContain("1234", line, StringComparison.Ordinal));
    }
}
