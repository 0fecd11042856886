using Kiosk.Core;
using Kiosk.Core.Faces;

namespace Kiosk.Journeys;

/// <summary>Many visits in one browser, one after the other, each with the camera preview for a moment.</summary>
public sealed class ManyVisits
{
    public const int All = 200;

    /// <summary>Number of visits after which the caches of the browser are filled.</summary>
    private const int Settled = 50;

    public ManyVisits() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableFact]
    public async Task Two_hundred_visits_do_not_increase_the_memory_of_the_browser()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        (BrowserMemory early, BrowserMemory late) = await MakeAsync(patient);
        Assert.True(patient.Camera.Given >= All, $"the preview was shown in {patient.Camera.Given} frames only");
        Assert.True(late.SettledMib - early.SettledMib <= 60, $"all processes grew from {early.SettledMib:F0} to {late.SettledMib:F0} MiB");
        Assert.True(late.PageRssMib - early.PageRssMib <= 60, $"the page grew from {early.PageRssMib:F0} to {late.PageRssMib:F0} MiB");
    }

    /// <returns>The browser's memory after the first visits, and after all.</returns>
    public static async Task<(BrowserMemory Early, BrowserMemory Late)> MakeAsync(VisitPage patient)
    {
        BrowserMemory? early = null;
        for (int visit = 1; visit <= All; visit++)
        {
            foreach (VisitEvent happened in new VisitEvent[]
            {
                new VisitEvent.CardInserted(), new VisitEvent.ChoseFace(), new VisitEvent.FaceGuided(FaceGuidance.ComeCloser),
                new VisitEvent.FaceJudged(new(true, true, 4, "bench", 1)), new VisitEvent.ChoseOneByOne(), new VisitEvent.Answered(true),
                    new VisitEvent.Answered(false),
                new VisitEvent.Answered(true), new VisitEvent.Answered(true), new VisitEvent.ConfirmedAnswers(),
                    new VisitEvent.CardRemoved(), new VisitEvent.TimedOut(),
            })
            {
                int shown = patient.Camera.Given;
                patient.Visit.Happen(happened);
                await patient.Page.WaitForTimeoutAsync(happened is VisitEvent.FaceGuided ? 150 : 15);
                // Wait for the picture: on a busy machine it arrives later.
                for (int i = 0; happened is VisitEvent.FaceGuided && patient.Camera.Given == shown && i < 100; i++)
                    await patient.Page.WaitForTimeoutAsync(50);
            }
            if (visit == Settled) early = await BrowserMemory.MeasureAsync(patient);
        }
        return (early!, await BrowserMemory.MeasureAsync(patient));
    }
}
