using System.Text;
using Kiosk.App.Visits;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>A digit reaches the entry of the screen it was pressed on, or none.</summary>
public sealed class DigitBufferTests : VisitLoopRig
{
    [Fact]
    public void A_buffer_takes_digits_of_the_screen_it_was_opened_for_and_no_others()
    {
        using DigitBuffer buffer = new();
        Assert.Equal(0, buffer.Append(0, 1, out _));
        Assert.Equal(0, buffer.Append(1, 1, out _));
        buffer.Open(7, 4);
        Assert.Equal(0, buffer.Append(6, 1, out _));
        Assert.Equal(0, buffer.Append(8, 1, out _));
        Assert.Equal(0, buffer.Append(7, 10, out _));
        Assert.Equal(1, buffer.Append(7, 1, out bool isFull));
        Assert.False(isFull);
        Assert.Null(buffer.Erase(6));
        Assert.Equal(0, buffer.Erase(7));
        foreach (int digit in (int[])[1, 2, 3, 4]) buffer.Append(7, digit, out isFull);
        Assert.True(isFull);
        Assert.Equal(0, buffer.Append(7, 5, out _));
        buffer.Open(8, 4);
        Assert.Equal((0, 0), (buffer.Count, buffer.Append(7, 5, out _)));
    }

    [Fact]
    public void Taking_the_digits_closes_the_buffer()
    {
        using DigitBuffer buffer = new();
        buffer.Open(1, 4);
        buffer.Append(1, 9, out _);
        using (Secret taken = buffer.Take()) Assert.Equal(1, taken.Length);
        Assert.Equal((0, 0), (buffer.Append(1, 9, out _), buffer.Count));
        Assert.Null(buffer.Erase(1));
    }

    [Fact]
    public void Digits_that_are_kept_are_given_once_and_only_while_no_other_entry_has_begun()
    {
        using DigitBuffer buffer = new();
        Type(1);
        buffer.Close(keep: true);
        Assert.Equal(0, buffer.Append(1, 5, out _));
        Assert.Null(buffer.TakeKept(14));
        using (Secret? kept = buffer.TakeKept(4)) Assert.Equal("1234", Encoding.ASCII.GetString(kept!.Bytes));
        Assert.Null(buffer.TakeKept(4));
        Type(2);
        Assert.Null(buffer.TakeKept(4));
        buffer.Close(keep: false);
        Assert.Equal(0, buffer.Count);

        void Type(long screen)
        {
            buffer.Open(screen, 4);
            foreach (int digit in (int[])[1, 2, 3, 4]) buffer.Append(screen, digit, out _);
        }
    }

    [Fact]
    public async Task Digits_pressed_all_the_time_while_the_screen_changes_reach_no_other_PIN_entry()
    {
        // Presses that name the screen they were made on, from another thread, as the browser sends them.
        await ChoosePin();
        for (int round = 0; round < 40; round++)
        {
            long pad = Loop.Current.Screen;
            using CancellationTokenSource over = new();
            Task presses = Task.Run(() =>
            {
                while (!over.IsCancellationRequested)
                {
                    Loop.Key(pad, 7);
                    Loop.Erase(pad);
                    Thread.Yield();
                }
            });
            Press(new E.GoBack());
            await Reach<S.ChoosingMethod>();
            Press(new E.ChosePin());
            S.EnteringPin again = await Reach<S.EnteringPin>();
            Assert.Equal((0, 0), (again.Typed, Typed.Count));
            await Loop.AnswersAsync();
            Assert.Equal((0, 0), (Loop.Current.State.Typed, Typed.Count));
            await over.CancelAsync();
            await presses;
            Assert.Equal(0, Typed.Count);
        }
    }

    [Fact]
    public async Task After_a_wrong_PIN_no_digit_of_the_screen_before_is_in_the_next_try()
    {
        Devices.PinAnswers.Clear();
        Devices.PinAnswers.Enqueue(new PinAnswer.Wrong(2));
        await ChoosePin();
        long first = Loop.Current.Screen;
        foreach (int digit in (int[])[1, 1, 1, 1, 9, 9]) Loop.Key(first, digit);
        S.EnteringPin again = await Reach<S.EnteringPin>(s => s.Who.Card.PinTries == 2);
        for (int i = 0; i < 10; i++) Loop.Key(first, 9);
        Loop.Erase(first);
        await Loop.AnswersAsync();
        Assert.Equal((0, 0, 0), (again.Typed, Loop.Current.State.Typed, Typed.Count));
    }
}
