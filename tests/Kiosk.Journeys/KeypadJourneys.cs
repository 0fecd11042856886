using System.Collections.Concurrent;
using Kiosk.App.PageServer;
using Kiosk.Core;
using Kiosk.Devices.Keypad;
using static Kiosk.Journeys.SpeechListener;

namespace Kiosk.Journeys;

/// <summary>Patients who cannot touch the screen: two switches, the volume, the dark screen.</summary>
public sealed class KeypadJourneys : IDisposable
{
    private readonly SpeechListener _speech = new();

    public void Dispose() => _speech.Dispose();

    [SkippableFact]
    public async Task A_whole_visit_with_two_switches_next_and_press()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
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
    public async Task The_volume_button_is_on_every_screen_and_speaks_its_state_even_when_off()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
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
    public async Task Keys_work_while_the_screen_is_dark_and_a_touch_only_shows_it_again()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(Voices: _speech.Voices));
        ConcurrentQueue<string> spoken = await ListenAsync(patient);
        KeypadInput hands = new(patient.Host.Port);
        hands.Take(KeypadKey.Curtain);
        await HearAsync(spoken, "curtain.on");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        Assert.Equal("curtain", await patient.Page.EvaluateAsync<string>(
            "document.elementFromPoint(innerWidth / 3, innerHeight * .8).closest('button').className"));
        await PressAsync(patient, hands, "pin");
        await patient.SeeAsync("EnteringPin");
        await patient.Page.Mouse.ClickAsync(640, 400);
        await patient.UntilAsync("document.querySelector('.curtain') === null");
        Assert.Equal(["ChosePin"], patient.Visit.Pressed.Where(name => name is not "Touched"));
    }
}
