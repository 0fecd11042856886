using System.Collections.Concurrent;
using Kiosk.App.PageServer;
using Kiosk.Core;
using Kiosk.Devices.Keypad;
using static Kiosk.Journeys.Ears;

namespace Kiosk.Journeys;

/// <summary>Without fingers that hit: two switches, the volume, the dark screen.</summary>
public sealed class KeypadJourneys : IDisposable
{
    private readonly Ears _ears = new();

    public void Dispose() => _ears.Dispose();

    [SkippableFact]
    public async Task A_whole_visit_by_two_switches_next_and_press()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        KeypadInput hands = new(patient.Host.Port);
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
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
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _ears.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadInput hands = new(patient.Host.Port);
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
}
