using System.Globalization;
using Kiosk.App.Screens;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Tests.Screens;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class SignalTests
{
    public static TheoryData<VisitState> States => [.. VisitSamples.States];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_has_a_signal_of_its_own_line_and_no_lamp_flashes_fast(VisitState state)
    {
        // Signal.For throws for a state that it does not name.
        Lamp lamp = Signal.For(state).Lamp;
        Assert.Contains(lamp, Signal.Lamps.Append(Lamp.Off));
        bool isSteady = lamp.Pattern is LampPattern.Steady;
        Assert.True(isSteady || lamp.Period >= TimeSpan.FromSeconds(1 / 3.0), "faster than three flashes a second");
        for (int ms = 0; ms < 5000; ms += 10)
        {
            (byte red, byte green, byte blue) = lamp.At(TimeSpan.FromMilliseconds(ms));
            Assert.True(red <= lamp.Red && green <= lamp.Green && blue <= lamp.Blue);
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void The_lamp_says_that_the_kiosk_works_exactly_while_it_works(VisitState state) =>
        Assert.Equal(Visit.MachineWorks(state), Signal.For(state).Lamp == Signal.For(new S.VerifyingPin(VisitSamples.Who)).Lamp);

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_page_is_given_the_tone_of_the_signal(VisitState state)
    {
        Signal signal = Signal.For(state);
        string html = await Draw.HtmlAsync(Samples.View("choosing") with { Visit = new(1, state) });
        string expected = string.Create(
            CultureInfo.InvariantCulture,
            $"data-tone=\"{signal.Tone}\" data-loudness=\"{signal.Loudness}\" data-reminders=\"{signal.Reminder}\"");
        Assert.Contains(expected, html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_knows_every_tone()
    {
        string page = File.ReadAllText(Path.Combine(Golden.Root(), "src/Kiosk.App/wwwroot/kiosk.js"));
        foreach (Tone tone in Enum.GetValues<Tone>().Where(tone => tone is not Tone.None))
            Assert.Contains(tone.ToString(), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_sounds_while_digits_are_typed()
    {
        foreach (VisitState state in VisitSamples.States.Where(s => s.DigitsWanted is not null || s is S.VerifyingPin))
            Assert.Equal(Tone.None, Signal.For(state).Tone);
    }

    [Fact]
    public void A_waiting_kiosk_is_dim_a_closed_one_red_or_dark_and_done_is_green()
    {
        Lamp waiting = Signal.For(new S.Idle()).Lamp, closed = Signal.For(new S.OutOfService(Failure.ReaderMissing)).Lamp;
        Lamp done = Signal.For(new S.TakeCard(new Ending.Accepted(1, default, default, Core.Reception.InsuranceState.Valid))).Lamp;
        Assert.True(Math.Max(waiting.Red, Math.Max(waiting.Green, waiting.Blue)) <= 64);
        Assert.True(closed is { Red: > 0, Green: 0, Blue: 0 });
        Assert.Equal(Lamp.Off, Signal.For(new S.Maintenance()).Lamp);
        Assert.True(done.Green > done.Red && done.Green > done.Blue);
    }

    [Fact]
    public void Each_reminder_of_a_card_left_behind_is_louder_and_sounds_again_at_the_loudest()
    {
        Signal[] signals = [.. Enumerable.Range(1, 4).Select(i => Signal.For(new S.TakeCard(new Ending.Cancelled(), i)))];
        Assert.Equal([1, 2, 3, 3], signals.Select(s => s.Loudness));
        Assert.All(signals, s => Assert.Equal(Tone.TakeCard, s.Tone));
        // A tone is played when the signal changes, so two reminders in a row must differ.
        Assert.Equal(signals.Length, signals.Distinct().Count());
    }

    [Fact]
    public void The_text_that_asks_are_you_still_there_names_the_seconds_that_the_visit_waits()
    {
        string seconds = Visit.TimeLimit(new S.StillThere(new S.Idle()))!.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Assert.All(Texts.Languages, language => Assert.Contains(seconds, Texts.For(language)["stillthere.text"], StringComparison.Ordinal));
    }
}
