using System.Text;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.Core;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Screens;

public sealed class UiPortTests : IAsyncLifetime, IDisposable
{
    private static readonly VisitState Pin = Samples.View("pin-0").State;
    private static readonly VisitState Consent = Samples.View("consent").State;

    private readonly FakeTimeProvider _time = new();
    private readonly ShownPort _visit = new();
    private readonly CancellationTokenSource _over = new();
    private readonly UiPort _port;
    private readonly Task _following;

    public UiPortTests()
    {
        _port = new(_visit, new(), _time);
        _following = _port.RunAsync(_over.Token);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _following);
    }

    public void Dispose()
    {
        _port.Dispose();
        _over.Dispose();
    }

    [Theory]
    [InlineData("key:0", "1")]
    [InlineData("key:9", "0")]
    [InlineData("erase", "erase")]
    [InlineData("back", "GoBack")]
    [InlineData("lang:en", "Touched")]
    [InlineData("shuffle", "Touched")]
    [InlineData("key:10", null)]
    [InlineData("key:", null)]
    [InlineData("key:/", null)]
    [InlineData("no-such-button", null)]
    [InlineData("a-name-that-is-far-longer-than-any-button-of-ours", null)]
    public async Task A_press_becomes_what_its_button_says(string id, string? heard)
    {
        Press(await ShowAsync(Pin), id);
        Assert.Equal(heard is null ? [] : [heard], _visit.Heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("back")]
    [InlineData("2")]
    [InlineData("2 ")]
    [InlineData("2back")]
    [InlineData("-2 back")]
    [InlineData("99999999999999999999 back")]
    public async Task A_broken_line_is_dropped(string line)
    {
        await ShowAsync(Pin);
        _port.Take(Encoding.ASCII.GetBytes(line));
        Assert.Empty(_visit.Heard);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 1)]
    [InlineData(39, 1)]
    [InlineData(60, 2)]
    [InlineData(80, 2)]
    [InlineData(200, 2)]
    public async Task A_bouncing_key_is_one_digit_and_a_double_press_is_two(int milliseconds, int digits)
    {
        UiView view = await ShowAsync(Pin);
        Press(view, "key:0");
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Press(view, "key:0");
        Assert.Equal(Enumerable.Repeat("1", digits), _visit.Heard);

        _visit.Heard.Clear();
        _port.Digit(5);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _port.Digit(5);
        Assert.Equal(Enumerable.Repeat("5", digits), _visit.Heard);

        _visit.Heard.Clear();
        Press(_port.Current, "erase");
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Press(_port.Current, "erase");
        Assert.Equal(Enumerable.Repeat("erase", digits), _visit.Heard);
    }

    [Fact]
    public async Task A_key_that_bounces_several_times_is_one_and_other_keys_between_are_their_own()
    {
        UiView view = await ShowAsync(Pin);
        for (int i = 0; i < 6; i++)
        {
            Press(view, "key:0");
            Press(view, "key:1");
            _time.Advance(TimeSpan.FromMilliseconds(30));
        }

        Assert.Equal(["1", "2"], _visit.Heard);
    }

    [Fact]
    public async Task A_key_that_bounces_over_a_change_of_the_screen_is_not_a_digit_of_the_next_one()
    {
        await ShowAsync(Pin);
        _port.Digit(3);
        await ShowAsync(Consent);
        await ShowAsync(Samples.View("pin-0").State with { Wiped = true });
        _time.Advance(TimeSpan.FromMilliseconds(12));
        _port.Digit(3);
        Assert.Equal(["3"], _visit.Heard);
    }

    [Fact]
    public async Task A_press_on_an_older_screen_is_dropped()
    {
        UiView old = await ShowAsync(Pin);
        await ShowAsync(Consent);
        Press(old, "back");
        Assert.Empty(_visit.Heard);
    }

    [Fact]
    public async Task A_digit_key_is_dead_where_there_is_no_pad()
    {
        Press(await ShowAsync(Consent), "key:3");
        Assert.Empty(_visit.Heard);
    }

    [Fact]
    public async Task Agreeing_needs_a_moment_on_the_screen()
    {
        UiView view = await ShowAsync(Consent);
        _time.Advance(TimeSpan.FromMilliseconds(299));
        Press(view, "all-yes");
        Assert.Empty(_visit.Heard);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Press(view, "all-yes");
        Assert.Equal(["AnsweredAll"], _visit.Heard);
    }

    [Fact]
    public async Task A_pad_dealt_anew_is_another_screen()
    {
        UiView before = await ShowAsync(Pin);
        Press(before, "shuffle");
        Press(before, "key:3");
        Assert.NotEqual(before.Number, _port.Current.Number);
        Assert.Equal(["Touched"], _visit.Heard);
    }

    [Fact]
    public async Task Looks_last_through_the_farewell_and_no_longer()
    {
        Press(await ShowAsync(Consent), "lang:en");
        UiView farewell = await ShowAsync(new VisitState.Idle(new Ending.Cancelled()));
        Assert.Equal("en", farewell.Display.Language);
        Assert.Equal("ja", (await ShowAsync(new VisitState.Idle())).Display.Language);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_patient_is_not_met_in_the_last_ones_language_nor_with_their_pad(bool farewellOver)
    {
        Press(await ShowAsync(Pin), "shuffle");
        Press(_port.Current, "lang:en");
        await ShowAsync(new VisitState.TakeCard(new Ending.Cancelled()));
        await ShowAsync(new VisitState.Idle(new Ending.Cancelled()));
        if (farewellOver) await ShowAsync(new VisitState.Idle());
        UiView next = await ShowAsync(new VisitState.ReadingCard());
        Assert.Equal("ja", next.Display.Language);
        Assert.Same(PinKeys.Usual, next.Pad);
    }

    [Fact]
    public async Task Who_lays_the_card_down_again_goes_on_in_their_language()
    {
        Press(await ShowAsync(Consent), "lang:en");
        await ShowAsync(new VisitState.Idle(new Ending.TakenEarly()));
        Assert.Equal("en", (await ShowAsync(new VisitState.ReadingCard())).Display.Language);
    }

    [Fact]
    public async Task A_language_chosen_before_the_card_stays_for_the_visit()
    {
        Press(await ShowAsync(new VisitState.Idle()), "lang:en");
        Assert.Equal("en", (await ShowAsync(new VisitState.ReadingCard())).Display.Language);
    }

    [Fact]
    public async Task A_language_chosen_by_somebody_who_left_is_forgotten()
    {
        Press(await ShowAsync(new VisitState.Idle()), "lang:en");
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("ja", _port.Current.Display.Language);
    }

    [Fact]
    public async Task A_new_visit_starts_plain_even_when_the_free_screen_was_missed()
    {
        Press(await ShowAsync(Consent), "size:3");
        UiView next = await ShowLastOfAsync(new VisitState.Idle(new Ending.Cancelled()), new VisitState.Idle(),
            new VisitState.ReadingCard());
        Assert.Equal(TextSize.Normal, next.Display.Size);
    }

    [Fact]
    public async Task A_language_touched_just_before_the_card_counts_although_it_comes_after_it()
    {
        UiView free = await ShowAsync(new VisitState.Idle());
        await ShowAsync(new VisitState.ReadingCard());
        Press(free, "lang:en");
        Assert.Equal("en", _port.Current.Display.Language);
        Assert.Equal("en", (await ShowAsync(Consent)).Display.Language);
    }

    [Fact]
    public async Task A_language_chosen_on_the_free_screen_stays_when_the_reading_of_the_card_was_not_seen()
    {
        Press(await ShowAsync(new VisitState.Idle()), "lang:en");
        Assert.Equal("en", (await ShowLastOfAsync(new VisitState.ReadingCard(), Consent)).Display.Language);
    }

    [Fact]
    public async Task A_language_stays_when_the_card_slipped_and_only_its_second_reading_is_seen()
    {
        Press(await ShowAsync(new VisitState.Idle()), "lang:en");
        await ShowAsync(new VisitState.ReadingCard());
        UiView again = await ShowLastOfAsync(new VisitState.Idle(new Ending.TakenEarly()), new VisitState.ReadingCard());
        Assert.Equal("en", again.Display.Language);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_language_touched_during_the_last_ones_farewell_is_the_next_patients_and_nothing_else_is(bool farewellOver)
    {
        Press(await ShowAsync(Consent), "size:3");
        Press(await ShowAsync(new VisitState.Idle(new Ending.Cancelled())), "lang:en");
        if (farewellOver) await ShowAsync(new VisitState.Idle());
        UiView next = await ShowAsync(new VisitState.ReadingCard());
        Assert.Equal(("en", TextSize.Normal), (next.Display.Language, next.Display.Size));
    }

    [Fact]
    public async Task A_language_touched_during_the_farewell_counts_although_it_comes_after_the_card()
    {
        await ShowAsync(Consent);
        UiView farewell = await ShowAsync(new VisitState.Idle(new Ending.Cancelled()));
        await ShowLastOfAsync(new VisitState.Idle(), new VisitState.ReadingCard());
        Press(farewell, "lang:en");
        Assert.Equal("en", _port.Current.Display.Language);
    }

    [Fact]
    public async Task A_language_touched_by_the_last_patient_does_not_count_for_the_next_one()
    {
        UiView last = await ShowAsync(Consent);
        await ShowAsync(new VisitState.Idle(new Ending.Cancelled()));
        await ShowAsync(new VisitState.Idle());
        Press(last, "lang:en");
        Assert.Equal("ja", _port.Current.Display.Language);
        await ShowAsync(new VisitState.ReadingCard());
        Press(last, "lang:en");
        Assert.Equal("ja", _port.Current.Display.Language);
    }

    [Fact]
    public async Task A_choice_from_before_a_whole_visit_that_was_not_seen_does_not_count()
    {
        await ShowAsync(Consent);
        UiView farewell = await ShowAsync(new VisitState.Idle(new Ending.Cancelled()));
        Press(farewell, "lang:en");
        await ShowLastOfAsync(
            new VisitState.Idle(), new VisitState.ReadingCard(), Consent, new VisitState.Idle(new Ending.TimedOut()),
            new VisitState.Idle());
        Assert.Equal("ja", _port.Current.Display.Language);
        Press(farewell, "lang:en");
        Assert.Equal("ja", _port.Current.Display.Language);
    }

    [Theory]
    [InlineData("looks")]
    [InlineData("languages")]
    [InlineData("close")]
    public async Task A_late_press_opens_and_closes_nothing(string id)
    {
        UiView free = await ShowAsync(new VisitState.Idle());
        UiView reading = await ShowAsync(new VisitState.ReadingCard());
        Press(reading, "languages");
        UiView open = _port.Current;
        Press(free, id);
        Assert.Equal((open.Number, Overlay.Languages), (_port.Current.Number, _port.Current.Display.Overlay));
    }

    [Theory]
    [InlineData(0, SoundMode.Off)]
    [InlineData(2, SoundMode.Voice)]
    [InlineData(99, SoundMode.Loud)]
    public async Task The_site_says_what_is_heard_first_and_the_patient_what_then(int sound, SoundMode first)
    {
        Station quiet = Station.Ready with { Policy = Station.Ready.Policy with { Sound = sound } };
        UiView view = await ShowAsync(new VisitState.Idle { Station = quiet });
        Assert.Equal(first, view.Display.Sound);
        Press(view, "volume");
        Assert.Equal(view.Display.NextSound, _port.Current.Display.Sound);
        Assert.Equal(view.Display.NextSound, (await ShowAsync(new VisitState.ReadingCard { Station = quiet })).Display.Sound);
        Assert.Equal(first, (await ShowAsync(new VisitState.Idle { Station = quiet })).Display.Sound);
    }

    private async Task<UiView> ShowAsync(VisitState state)
    {
        _visit.Show(state);
        UiView now = _port.Current;
        while (!ReferenceEquals(now.State, state)) now = await _port.NextAsync(now, CancellationToken.None);
        return now;
    }

    /// <summary>All but the last state are missed.</summary>
    private async Task<UiView> ShowLastOfAsync(params VisitState[] states)
    {
        _visit.ShowLastOf(states);
        UiView now = _port.Current;
        while (!ReferenceEquals(now.State, states[^1])) now = await _port.NextAsync(now, CancellationToken.None);
        return now;
    }

    private void Press(UiView view, string id) => _port.Take(Encoding.ASCII.GetBytes($"{view.Number} {id}"));
}
