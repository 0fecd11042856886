using System.Globalization;
using Kiosk.Core;
using Kiosk.Devices.CardReader;
using Kiosk.Tests.Cards;
using Xunit.Abstractions;

namespace Kiosk.Processes.Cards;

/// <summary>pcscd is killed at random moments of visits. <c>KIOSK_PCSCD_KILLS=20</c> makes more of them.</summary>
[Collection(PcscDesk.Collection)]
public sealed class ServiceKilledTests(PcscDesk pcsc, ITestOutputHelper output)
{
    private const string Card = "standard";

    [SkippableFact]
    public async Task Every_visit_ends_with_nothing_kept_and_the_next_visit_works()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        int kills = int.Parse(Environment.GetEnvironmentVariable("KIOSK_PCSCD_KILLS") ?? "3", CultureInfo.InvariantCulture);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60 + (20 * kills)));
        CancellationToken stop = patience.Token;
        Random random = new(20261124);
        await pcsc.Desk.PullAsync(stop);
        // As slow as a real card, so that pcscd is killed during a visit.
        await pcsc.Desk.SetRateAsync("424", stop);
        await using PcscCardReader reader = pcsc.Reader();
        await using CardKiosk kiosk = new(reader, () => pcsc.Desk.NumberOf(Card));
        for (int kill = 0; kill < kills; kill++)
        {
            int entered = kiosk.PinsEntered;
            kiosk.Steps.Clear();
            await pcsc.Desk.InsertAsync(Card, stop);
            int before = (await pcsc.Desk.StatsAsync(stop)).VerifyCount;
            Task<Ending?> visit = kiosk.VisitAsync(new(["1234"]), afterPhoto: kill % 2 == 0);
            await kiosk.BegunAsync(stop);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 1200)), TimeProvider.System, stop);
            VisitState cut = kiosk.Now;
            await pcsc.Desk.SetServiceAsync(false, stop);
            Ending? ending = await visit;
            string failed = string.Join(" | ", kiosk.Log.Where(l => l.Contains("failed", StringComparison.Ordinal)));
            output.WriteLine($"killed in {cut.GetType().Name}: {ending?.ToString() ?? "idle"}; {failed}");
            kiosk.Log.Clear();

            await pcsc.Desk.PullAsync(stop);
            await pcsc.Desk.SetServiceAsync(true, stop);
            await kiosk.IdleAsync();
            Assert.Equal((0, 0), (kiosk.Digits.Count, kiosk.PendingCheckIns));

            kiosk.Steps.Clear();
            await pcsc.Desk.InsertAsync(Card, stop);
            Assert.IsType<Ending.Accepted>(await kiosk.VisitAsync(new(["1234"]), afterPhoto: true));
            // One VERIFY for each typed PIN, and one for 照合番号B in each visit.
            Assert.InRange((await pcsc.Desk.StatsAsync(stop)).VerifyCount - before, 2, kiosk.PinsEntered - entered + 2);
            await pcsc.Desk.PullAsync(stop);
            await kiosk.IdleAsync();
        }

        await pcsc.Desk.SetRateAsync("none", stop);
    }
}
