using System.Collections.Concurrent;
using Kiosk.App.PageServer;
using Kiosk.Core;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.Keypad;
using static Kiosk.Journeys.SpeechListener;

namespace Kiosk.Journeys;

/// <summary>Patients who cannot see the screen: speech and a tactile keypad.</summary>
public sealed class SpeechJourneys : IDisposable
{
    private readonly SpeechListener _speech = new();

    public void Dispose() => _speech.Dispose();

    [SkippableFact]
    public async Task A_whole_visit_by_tactile_keys_and_speech_puts_no_digit_into_the_browser()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
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
        // The 3 is pressed again, not faster than a person (KeyBounce).
        await patient.Page.WaitForTimeoutAsync(80);
        foreach (int digit in new[] { 3, 0, 5 }) hands.Take(KeypadKey.Digit0 + digit);
        await patient.SeeAsync("AskingConsent");
        await HearAsync(spoken, "consent.title");
        await ReachAsync(patient, hands, "all-no");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("TakeCard");
        await HearAsync(spoken, "spell.1");
        await HearAsync(spoken, "spell.2");
        Assert.DoesNotContain(patient.Visit.Pressed, name => name is "Typed");
        Assert.DoesNotContain(spoken, id => id.StartsWith("key", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_patient_who_sees_nothing_hears_on_the_face_screen_what_else_there_is_and_goes_on_by_keys()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices), VisitStart.Face);
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadInput hands = new(patient.Host.Port);
        patient.Visit.RightPin = "7305";
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("MatchingFace");
        await HearAsync(spoken, "face.title");
        Assert.Equal("face.title", spoken.First(id => id.StartsWith("face", StringComparison.Ordinal)));
        await ReachAsync(patient, hands, "pin");
        await HearAsync(spoken, "choosing.pin");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("EnteringPin");
        foreach (int digit in new[] { 7, 3, 0, 5 }) hands.Take(KeypadKey.Digit0 + digit);
        await patient.SeeAsync("AskingConsent");
        await ReachAsync(patient, hands, "all-yes");
        hands.Take(KeypadKey.Press);
        await patient.SeeAsync("TakeCard");
        await HearAsync(spoken, "spell.2");
        Assert.Equal(["ChosePin", "AnsweredAll"], patient.Visit.Pressed.Where(name => name is not "Touched"));
    }

    [SkippableFact]
    public async Task Face_guidance_is_spoken_stops_at_a_press_and_can_be_repeated()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
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
    public async Task With_the_sound_off_no_clip_is_fetched()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        KeypadInput hands = new(patient.Host.Port);
        hands.Take(KeypadKey.Volume);
        await patient.Page.WaitForSelectorAsync("html.loud");
        await patient.Page.WaitForTimeoutAsync(80);
        hands.Take(KeypadKey.Volume);
        await patient.Page.WaitForSelectorAsync("html:not(.voice)");
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        Assert.Empty(spoken);

        // A button always has an effect: "say again" speaks the screen even when the sound is off.
        await patient.ClickAsync("again");
        await HearAsync(spoken, "choosing.title");
    }

    [SkippableFact]
    public async Task After_a_change_of_language_the_screen_is_spoken_again()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        ConcurrentQueue<string> paths = [];
        patient.Page.Request += (_, request) => paths.Enqueue(new Uri(request.Url).AbsolutePath);
        await patient.Page.EvaluateAsync("0");
        await patient.ClickAsync("lang:en");
        await HearAsync(paths, "/voice/en/choosing.title");
    }

    [SkippableFact]
    public async Task A_forgotten_card_is_announced_louder_each_time_and_by_speech()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        await patient.Page.EvaluateAsync(
            """
            (() => {
              window.loud = [];
              const real = AudioContext.prototype.createOscillator;
              AudioContext.prototype.createOscillator = function () { window.loud.push(1); return real.call(this); };
            })()
            """);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("cancel");
        await patient.SeeAsync("TakeCard");
        List<int> tones = [await TonesAsync()];
        for (int reminder = 1; reminder <= 6; reminder++)
        {
            // The patient who switched the sound off may have left, so the reminder sounds anyway, for people nearby.
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
    public async Task The_card_reminder_waits_for_the_current_sentence_and_is_repeated()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        await patient.Page.EvaluateAsync(
            """
            (() => {
              window.said = [];
              window.next = null;
              fetchClip = async path => path.split('/')[3];
              play = id => { window.said.push(id); voice = { stop() { } }; return new Promise(done => window.next = done); };
            })()
            """);
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
        Assert.Equal(["ending.cancelled.title", "ending.cancelled.text", "card.take", "card.left"],
            await patient.Page.EvaluateAsync<string[]>("window.said.slice(-4)"));

        patient.Visit.Happen(new VisitEvent.TimedOut());
        await patient.UntilAsync("window.said.length > 0 && window.said.slice(-2).join() === 'card.left,card.left'");
    }

    [SkippableTheory]
    [InlineData("staff", "staffcalled.title")]
    [InlineData("disaster", "disaster.title")]
    [InlineData("maintenance", "maintenance.title")]
    [InlineData("link", "offline.title")]
    public async Task The_reason_why_a_visit_stops_is_shown_and_spoken(string what, string heard)
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
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
