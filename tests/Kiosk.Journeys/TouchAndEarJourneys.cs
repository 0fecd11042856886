using System.Collections.Concurrent;
using Kiosk.App.Ui;
using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Devices.Keypad;

namespace Kiosk.Journeys;

/// <summary>Without sight, or without fingers that hit.</summary>
public sealed class TouchAndEarJourneys : IDisposable
{
    private readonly string _voices = Path.Combine(Path.GetTempPath(), $"kiosk-voices-{Guid.NewGuid():N}");

    public TouchAndEarJourneys()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        Directory.CreateDirectory(Path.Combine(_voices, "ja"));
        foreach ((string id, _) in App.Screens.Spoken.All(App.Screens.Texts.Of("ja"))) File.WriteAllBytes(Path.Combine(_voices, "ja", $"{id}.ogg"), Silence);
    }

    /// <summary>10 ms of nothing as a WAV file: the browser looks at the content.</summary>
    private static byte[] Silence => [.. "RIFF"u8, 196, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0, .. "data"u8, 160, 0, 0, 0, .. new byte[160]];

    public void Dispose() => Directory.Delete(_voices, recursive: true);

    [SkippableFact]
    public async Task A_whole_visit_by_keys_to_be_felt_and_ears_and_no_digit_is_in_the_browser()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadHands hands = new(patient.Host.Port);
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        KeypadHands hands = new(patient.Host.Port);
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        ConcurrentQueue<string> paths = [];
        patient.Page.Request += (_, request) => paths.Enqueue(new Uri(request.Url).AbsolutePath);
        await patient.Page.EvaluateAsync("0");
        await patient.ClickAsync("lang:en");
        await HearAsync(paths, "/voice/en/choosing.title");
    }

    [SkippableFact]
    public async Task A_whole_visit_by_two_switches_next_and_press()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        KeypadHands hands = new(patient.Host.Port);
        await PressAsync(patient, hands, "lang:en");
        await patient.Page.WaitForSelectorAsync("html[lang=en]");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await PressAsync(patient, hands, "pin");
        await patient.SeeAsync("EnteringPin");
        for (int i = 0; i < 4; i++)
        {
            await PressAsync(patient, hands, $"key:{i}");
            if (i < 3) await patient.UntilAsync($"document.querySelectorAll('.dots i.in').length === {i + 1}");
        }
        await patient.SeeAsync("AskingConsent");
        await PressAsync(patient, hands, "one-by-one");
        foreach (string answer in new[] { "yes", "no", "yes", "no" })
        {
            await patient.SeeAsync("AskingItem");
            await PressAsync(patient, hands, answer);
        }
        await patient.SeeAsync("ReviewingConsent");
        await PressAsync(patient, hands, "confirm");
        await patient.SeeAsync("TakeCard");
        await patient.Page.WaitForSelectorAsync(".ticket");
    }

    [SkippableFact]
    public async Task The_volume_is_on_every_screen_and_says_what_it_is_now_silence_too()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        foreach (int level in new[] { 3, 0, 1, 2 })
        {
            await patient.ClickAsync("volume");
            await HearAsync(spoken, $"volume.{level}");
            Assert.Equal($"{level}", await patient.Page.GetAttributeAsync(".volume", "data-volume"));
        }
        patient.Visit.Happen(new VisitEvent.CardRemoved());
        await patient.SeeAsync("Idle");
    }

    [SkippableFact]
    public async Task Behind_the_dark_screen_the_visit_goes_on_by_keys_and_a_touch_only_lifts_it()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadHands hands = new(patient.Host.Port);
        hands.Take(KeypadKey.Curtain);
        await HearAsync(spoken, "curtain.on");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        Assert.Equal("curtain", await patient.Page.EvaluateAsync<string>("document.elementFromPoint(innerWidth / 3, innerHeight * .8).closest('button').className"));
        await PressAsync(patient, hands, "pin");
        await patient.SeeAsync("EnteringPin");
        await patient.Page.Mouse.ClickAsync(640, 400);
        await patient.UntilAsync("document.querySelector('.curtain') === null");
        Assert.Equal(["ChosePin"], patient.Visit.Pressed.Where(name => name is not "Touched"));
    }

    [SkippableFact]
    public async Task A_card_left_lying_is_rung_for_louder_each_time_and_said()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _voices));
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

    private static async Task PressAsync(VisitPage patient, KeypadHands hands, string id)
    {
        await ReachAsync(patient, hands, id);
        hands.Take(KeypadKey.Press);
    }

    /// <summary>The driver tells of requests from the moment it has heard that somebody listens, not from the moment of <c>+=</c>:
    /// a page that fetches at once would be missed, so this waits for an answer that comes after.</summary>
    private static async Task<ConcurrentQueue<string>> ListenAsync(VisitPage patient)
    {
        ConcurrentQueue<string> spoken = [];
        patient.Page.Request += (_, request) =>
        {
            string[] parts = new Uri(request.Url).AbsolutePath.Split('/');
            if (parts[1] == "voice") spoken.Enqueue(parts[3]);
        };
        await patient.Page.EvaluateAsync("0");
        return spoken;
    }

    private static async Task HearAsync(ConcurrentQueue<string> spoken, string id)
    {
        for (int i = 0; i < 400 && !spoken.Contains(id); i++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Contains(id, spoken);
    }

    private static async Task ReachAsync(VisitPage patient, KeypadHands hands, string id)
    {
        for (int i = 0; i < 30; i++)
        {
            string? before = await patient.Page.EvaluateAsync<string?>("document.activeElement.dataset.i ?? null");
            if (before == id) return;
            hands.Take(KeypadKey.Next);
            await patient.UntilAsync($"(document.activeElement.dataset.i ?? null) !== {(before is null ? "null" : $"'{before}'")}");
        }
        Assert.Fail($"{id} is not reached by keys");
    }
}
