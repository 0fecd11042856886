using Kiosk.Core;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;

namespace Kiosk.Journeys;

public sealed class VisitJourneys
{
    public VisitJourneys() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableFact]
    public async Task A_whole_visit_by_touch()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        await patient.TypeAsync("9");
        await patient.ClickAsync("erase");
        await patient.TypeAsync("1234");
        await patient.SeeAsync("AskingConsent");
        await patient.ClickAsync("one-by-one");
        foreach (string answer in new[] { "yes", "no", "back", "no", "yes", "yes" })
        {
            await patient.SeeAsync("AskingItem");
            await patient.ClickAsync(answer);
        }
        await patient.SeeAsync("ReviewingConsent");
        Assert.Equal(["はい", "いいえ", "はい", "はい"], await patient.Page.Locator("dd").AllInnerTextsAsync());
        await patient.ClickAsync("confirm");
        await patient.SeeAsync("TakeCard");
        Assert.Equal("12", await patient.Page.InnerTextAsync(".ticket b"));
        patient.Visit.Happen(new VisitEvent.CardRemoved());
        await patient.SeeAsync("Idle");
    }

    [SkippableFact]
    public async Task A_patient_with_nothing_unusual_looks_turns_and_presses_once()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(start: VisitStart.Face);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("MatchingFace");
        Assert.Equal(["pin", "visual", "cannot-turn", "back"],
            await patient.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('main [data-i]')].map(b => b.dataset.i)"));
        patient.Visit.Happen(new VisitEvent.FaceGuided(FaceGuidance.TurnHeadLeft));
        patient.Visit.Happen(new VisitEvent.FaceJudged(new(true, true, 4, "test", 1)));
        await patient.SeeAsync("AskingConsent");
        await patient.ClickAsync("all-yes");
        await patient.SeeAsync("TakeCard");
        await patient.Page.WaitForSelectorAsync(".ticket");
        Assert.Equal(["AnsweredAll"], patient.Visit.Pressed);
    }

    [SkippableTheory]
    [InlineData("pin", "EnteringPin")]
    [InlineData("visual", "VisualCheck")]
    [InlineData("back", "ChoosingMethod")]
    public async Task On_the_face_screen_every_other_way_is_one_press_away_and_closes_the_camera(string button, string screen)
    {
        await using VisitPage patient = await VisitPage.OpenAsync(start: VisitStart.Face);
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("MatchingFace");
        await patient.ClickAsync(button);
        await patient.SeeAsync(screen);
        Assert.False(patient.Camera.Open);
    }

    [SkippableFact]
    public async Task A_whole_visit_by_keyboard_alone()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        // The card is laid down in the moment of the touch: it counts whichever comes first.
        await patient.TabToAsync("lang:en");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.Page.WaitForSelectorAsync("html[lang=en]");
        await patient.SeeAsync("ChoosingMethod");
        await patient.TabToAsync("pin");
        await patient.SeeAsync("EnteringPin");
        foreach (int slot in new[] { 0, 1, 2, 3 }) await patient.TabToAsync($"key:{slot}");
        await patient.SeeAsync("AskingConsent");
        await patient.TabToAsync("all-no");
        await patient.SeeAsync("TakeCard");
    }

    [SkippableFact]
    public async Task Wrong_PINs_show_a_warning_before_the_last_try_and_then_offer_the_other_methods()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(ShufflePad: true));
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        await patient.TypeAsync("0000");
        await patient.Page.WaitForSelectorAsync(".notice");
        await patient.SeeAsync("EnteringPin");
        await patient.TypeAsync("0000");
        await patient.SeeAsync("LastPinTry");
        await patient.ClickAsync("go");
        await patient.SeeAsync("EnteringPin");
        await patient.TypeAsync("0000");
        await patient.SeeAsync("PinBlocked");
        await patient.ClickAsync("visual");
        await patient.SeeAsync("VisualCheck");
        await patient.TypeAsync("246810");
        await patient.SeeAsync("AskingConsent");
    }

    [SkippableFact]
    public async Task The_camera_picture_is_shown_only_while_the_face_is_checked()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        Assert.Equal(0, patient.Host.Preview.Viewers);
        await patient.ClickAsync("face");
        await patient.SeeAsync("MatchingFace");
        // Nobody is before the camera yet: no picture of the patient.
        await patient.UntilAsync("document.querySelector('canvas') === null");
        Assert.Equal(0, patient.Host.Preview.Viewers);
        patient.Visit.Happen(new VisitEvent.FaceGuided(FaceGuidance.ComeCloser));
        await patient.UntilAsync("document.querySelector('canvas') !== null");
        await patient.UntilAsync(
            """
            (() => {
              const g = document.createElement('canvas').getContext('2d');
              g.drawImage(document.querySelector('canvas'), 0, 0, 300, 150);
              return g.getImageData(150, 75, 1, 1).data[0] > 200;
            })()
            """);
        patient.Visit.Happen(new VisitEvent.FaceGuided(FaceGuidance.MoveLeft));
        await patient.Page.WaitForSelectorAsync("[role=status]:has-text('左')");
        Assert.Equal(1, patient.Host.Preview.Viewers);

        patient.Visit.Happen(new VisitEvent.FaceJudged(new(true, true, 4, "test", 1)));
        await patient.SeeAsync("AskingConsent");
        Assert.Equal(0, patient.Host.Preview.Viewers);
        int given = patient.Camera.Given;
        await patient.ClickAsync("all-no");
        await patient.SeeAsync("TakeCard");
        Assert.Equal(given, patient.Camera.Given);
    }

    [SkippableFact]
    public async Task A_press_held_during_a_screen_change_has_no_effect()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            patient.Visit.Happen(new VisitEvent.CardInserted());
            await patient.SeeAsync("ChoosingMethod");
            await patient.Page.HoverAsync("[data-i=cancel]");
            await patient.Page.Mouse.DownAsync();
            await patient.Page.EvaluateAsync("document.querySelector('[data-i=cancel]')");
            patient.Visit.Happen(new VisitEvent.VisualGranted("staff-1"));
            await patient.SeeAsync("AskingConsent");
            await patient.Page.Mouse.UpAsync();
            // A press that counts comes through the same socket, after whatever the finger's lifting sent.
            await patient.ClickAsync("volume");
            await patient.UntilAsync(() => patient.Visit.Pressed.Count > i);
            patient.Visit.Happen(new VisitEvent.CardRemoved());
            await patient.SeeAsync("Idle");
        }
        Assert.All(patient.Visit.Pressed, name => Assert.Equal("Touched", name));
    }

    [SkippableFact]
    public async Task Nothing_of_a_patient_remains_for_the_next_one()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("lang:en");
        await patient.ClickAsync("looks");
        await patient.SeeAsync("Looks");
        await patient.ClickAsync("size:3");
        await patient.ClickAsync("close");
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        await patient.ClickAsync("shuffle");
        // A newly shuffled pad is a new screen: a press on the previous screen is ignored, and the cancel button is inactive for a moment.
        await patient.UntilAsync(
            "[...document.querySelectorAll('.key:not(.word)')].map(key => key.textContent.trim()).join('') !== '1234567890'");
        await patient.SeeAsync("EnteringPin");
        await patient.ClickAsync("cancel");
        await patient.SeeAsync("TakeCard");
        patient.Visit.Happen(new VisitEvent.CardRemoved());
        await patient.SeeAsync("Idle");
        Assert.Equal("en", await patient.Page.GetAttributeAsync("html", "lang"));
        patient.Visit.Happen(new VisitEvent.TimedOut());
        await patient.Page.WaitForSelectorAsync("html.size-1[lang=ja]");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        Assert.Equal("1234567890",
            string.Concat((await patient.Page.Locator(".key:not(.word)").AllInnerTextsAsync()).Select(text => text.Trim())));
    }

    [SkippableFact]
    public async Task All_digits_typed_quickly_are_counted()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            patient.Visit.Happen(new VisitEvent.CardInserted());
            await patient.SeeAsync("ChoosingMethod");
            await patient.ClickAsync("pin");
            await patient.SeeAsync("EnteringPin");
            await patient.Page.EvaluateAsync(
                """
                for (const k of [0, 1, 2])
                  document.querySelector(`[data-i='key:${k}']`).dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
                """);
            await patient.UntilAsync("document.querySelectorAll('.dots i.in').length === 3");
            patient.Visit.Happen(new VisitEvent.CardRemoved());
            await patient.SeeAsync("Idle");
        }
    }
}
