using Kiosk.Core;

namespace Kiosk.Journeys;

/// <summary>Speech is heard, not only requested: each clip of each step plays to its end in a real browser.</summary>
public sealed class PlaybackJourneys : IDisposable
{
    private readonly SpeechListener _speech = new();

    public void Dispose() => _speech.Dispose();

    [SkippableFact]
    public async Task Every_spoken_step_of_a_visit_plays_to_its_end_in_the_order_of_the_screen()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        patient.Visit.RightPin = "7305";
        await patient.Page.EvaluateAsync(
            """
            (() => {
              window.ended = []; window.missing = [];
              const names = new Map(), realFetch = fetchClip, realPlay = play;
              fetchClip = async path => {
                const clip = await realFetch(path);
                if (clip) names.set(clip, path.split('/')[3]); else window.missing.push(path);
                return clip;
              };
              play = async clip => {
                const mine = turn, began = Math.max(speaker.currentTime, toneEnds);
                await realPlay(clip);
                const heard = speaker.currentTime - began;
                window.ended.push({ id: names.get(clip), whole: mine === turn && heard >= clip.duration - 0.02 });
              };
            })()
            """);

        patient.Visit.Happen(new VisitEvent.CardInserted());
        await HearScreenAsync(patient, "ChoosingMethod", "choosing.title");
        await patient.ClickAsync("pin");
        await HearScreenAsync(patient, "EnteringPin", "pin.title");
        await patient.TypeAsync("7305");
        await HearScreenAsync(patient, "AskingConsent", "consent.title");
        await patient.ClickAsync("all-no");
        await HearScreenAsync(patient, "TakeCard", "spell.1");
        patient.Visit.Happen(new VisitEvent.CardRemoved());
        await patient.SeeAsync("Idle");
        Assert.Empty(await patient.Page.EvaluateAsync<string[]>("window.missing"));
    }

    [SkippableFact]
    public async Task The_loud_voice_never_cuts_a_peak_off()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        Assert.True(await patient.Page.EvaluateAsync<bool>(
            "loudCurve.every(v => Math.abs(v) < 1) && loudCurve.every((v, i) => i === 0 || v > loudCurve[i - 1])"));
        // Quiet parts are twice as loud.
        Assert.Equal(0.5, await patient.Page.EvaluateAsync<double>("loudCurve[512 + 128]"), 3);
    }

    /// <summary>Waits until every clip of the screen has played to its end, in the screen's order. What a screen before it said may have
    /// been stopped: that is not whole.</summary>
    private static async Task HearScreenAsync(VisitPage patient, string screen, string among)
    {
        const string Shown =
            "ids(app.querySelector('main'), false).flatMap(id => id.startsWith('spell.') ? [...id.slice(6)].map(d => `spell.${d}`) : [id])";
        await patient.SeeAsync(screen);
        string[] shown = await patient.Page.EvaluateAsync<string[]>(Shown);
        Assert.Contains(among, shown);
        await patient.UntilAsync(
            $"window.ended.filter(e => e.whole).map(e => e.id).slice(-{shown.Length}).join() === '{string.Join(',', shown)}'");
        await patient.UntilAsync("voice === null");
    }
}
