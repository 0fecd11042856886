using System.Collections.Concurrent;
using Kiosk.App.PageServer;
using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Devices.Keypad;
using static Kiosk.Journeys.Ears;

namespace Kiosk.Journeys;

/// <summary>Without sight.</summary>
public sealed class TouchAndEarJourneys : IDisposable
{
    private readonly Ears _ears = new();

    public void Dispose() => _ears.Dispose();

    [SkippableFact]
    public async Task A_whole_visit_by_keys_to_be_felt_and_ears_and_no_digit_is_in_the_browser()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadInput hands = new(patient.Host.Port);
        patient.Visit.RightPin = "7305";
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await HearAsync(spoken, "choosing.title");
        await ReachAsync(patient, hands, "pin");
        await HearAsync(spoken, "choosing.pin");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("EnteringPin");
        await HearAsync(spoken, "pin.title");
        foreach (int digit in new[] { 7, 3 }) hands.Take(KeypadKey.Digit0 + digit);
        await HearAsync(spoken, "digit.2");
        hands.Take(KeypadKey.Back);
        await patient.UntilAsync("document.querySelectorAll('.dots i.in').length === 1");
        foreach (int digit in new[] { 3, 0, 5 }) hands.Take(KeypadKey.Digit0 + digit);
        await patient.SeeAsync("AskingConsent");
        await HearAsync(spoken, "consent.title");
        await ReachAsync(patient, hands, "all-no");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("ReviewingConsent");
        await ReachAsync(patient, hands, "confirm");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("TakeCard");
        await HearAsync(spoken, "spell.1");
        await HearAsync(spoken, "spell.2");
        Assert.DoesNotContain(patient.Visit.Pressed, name => name is "Typed");
        Assert.DoesNotContain(spoken, id => id.StartsWith("key", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Face_guidance_is_spoken_and_a_press_hushes_it_and_it_can_be_heard_again()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("face");
        await patient.SeeAsync("MatchingFace");
        patient.Visit.Happen(new VisitEvent.FaceGuided(FaceGuidance.ComeCloser));
        await HearAsync(spoken, "guidance.ComeCloser");
        await patient.Page.EvaluateAsync("speak(['guidance.MoveLeft', 'guidance.MoveRight', 'guidance.MoveUp'])");
        await patient.Page.DispatchEventAsync("main", "pointerdown");
        Assert.True(await patient.Page.EvaluateAsync<bool>("voice === null"));
        await patient.Page.EvaluateAsync("clips.clear()");
        spoken.Clear();
        await patient.ClickAsync("again");
        await HearAsync(spoken, "guidance.ComeCloser");
    }

    [SkippableFact]
    public async Task Silence_is_a_choice_and_then_nothing_is_fetched()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        KeypadInput hands = new(patient.Host.Port);
        hands.Take(KeypadKey.Volume);
        await patient.Page.WaitForSelectorAsync("html.loud");
        hands.Take(KeypadKey.Volume);
        await patient.Page.WaitForSelectorAsync("html:not(.voice)");
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        Assert.Empty(spoken);

        // A button never does nothing: who asks to hear it hears it.
        await patient.ClickAsync("again");
        await HearAsync(spoken, "choosing.title");
    }

    [SkippableFact]
    public async Task Another_language_is_heard_at_once()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        ConcurrentQueue<string> paths = [];
        patient.Page.Request += (_, request) => paths.Enqueue(new Uri(request.Url).AbsolutePath);
        await patient.Page.EvaluateAsync("0");
        await patient.ClickAsync("lang:en");
        await HearAsync(paths, "/voice/en/choosing.title");
    }

    [SkippableFact]
    public async Task A_card_left_lying_is_rung_for_louder_each_time_and_said()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        await patient.Page.EvaluateAsync("(() => { window.loud = []; const real = AudioContext.prototype.createOscillator; AudioContext.prototype.createOscillator = function () { window.loud.push(1); return real.call(this); }; })()");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("cancel");
        await patient.SeeAsync("TakeCard");
        List<int> tones = [await TonesAsync()];
        for (int reminder = 1; reminder <= 6; reminder++)
        {
            // Who made the kiosk silent has left: whoever stands near is to hear it.
            if (reminder == 5) for (int presses = 0; presses < 2; presses++) await patient.ClickAsync("volume");
            if (reminder == 5) await patient.Page.WaitForSelectorAsync("html:not(.sound)");
            patient.Visit.Happen(new VisitEvent.TimedOut());
            await patient.Page.WaitForSelectorAsync($"[data-reminders='{reminder}']");
            tones.Add(await TonesAsync());
        }
        Assert.Equal([1, 2, 3, 4, 4, 4, 4], tones);
        await HearAsync(spoken, "card.left");
        patient.Visit.Happen(new VisitEvent.CardRemoved());
        await patient.SeeAsync("Idle");

        Task<int> TonesAsync() => patient.Page.EvaluateAsync<int>("window.loud.splice(0).length");
    }

    [SkippableFact]
    public async Task A_reminder_of_the_card_waits_for_what_is_being_said_and_comes_again()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        await patient.Page.EvaluateAsync("(() => { window.said = []; window.next = null; fetchClip = async path => path.split('/')[3]; play = id => { window.said.push(id); voice = { stop() { } }; return new Promise(done => window.next = done); }; })()");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        patient.Visit.Happen(new VisitEvent.Cancel());
        await patient.UntilAsync("window.said.at(-1) === 'ending.cancelled.title'");
        patient.Visit.Happen(new VisitEvent.TimedOut());
        await patient.Page.WaitForSelectorAsync("[data-reminders='1']");
        for (int i = 0; i < 3; i++)
        {
            int said = await patient.Page.EvaluateAsync<int>("window.said.length");
            await patient.Page.EvaluateAsync("window.next()");
            await patient.UntilAsync($"window.said.length > {said}");
        }
        await patient.Page.EvaluateAsync("window.next()");
        await patient.UntilAsync("voice === null");
        Assert.Equal(["ending.cancelled.title", "ending.cancelled.text", "card.take", "card.left"], await patient.Page.EvaluateAsync<string[]>("window.said.slice(-4)"));

        patient.Visit.Happen(new VisitEvent.TimedOut());
        await patient.UntilAsync("window.said.length > 0 && window.said.slice(-2).join() === 'card.left,card.left'");
    }

    [SkippableTheory]
    [InlineData("staff", "staffcalled.title")]
    [InlineData("disaster", "disaster.title")]
    [InlineData("maintenance", "maintenance.title")]
    [InlineData("link", "offline.title")]
    public async Task What_stops_the_visit_is_said_as_well_as_shown(string what, string heard)
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        if (what == "staff") await patient.ClickAsync("staff");
        else
        {
            patient.Visit.Happen(what switch
            {
                "disaster" => new VisitEvent.DisasterSet(true),
                "maintenance" => new VisitEvent.MaintenanceSet(true),
                _ => new VisitEvent.LinkChanged(Failure.ReceptionUnreachable),
            });
        }
        await HearAsync(spoken, heard);
        Assert.False(string.IsNullOrWhiteSpace(await patient.Page.InnerTextAsync("h1")));
    }
}
