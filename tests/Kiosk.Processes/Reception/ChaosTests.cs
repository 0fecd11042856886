using Kiosk.Lab.Chaos;

namespace Kiosk.Processes.Reception;

/// <summary>
/// A short run of <c>./dev chaos link</c>; the long one is run by hand. Real processes are killed, and their output is compared with
/// the database.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-chaos-").FullName;
    private readonly Random _random = new(20261125);

    [Fact]
    public async Task Killed_kiosks_and_receptions_lose_nothing_and_store_nothing_twice()
    {
        KillRounds.Result result = await KillRounds.RunAsync(_folder, null, 2, false, true, _random, Quiet, TimeProvider.System, default);
        Assert.Equal((2, 1), (result.ClientKills, result.ServerKills));
        Assert.True(result.Verdict.Good, result.Verdict.ToString());
    }

    [Fact]
    public async Task A_kiosk_that_says_done_before_the_check_in_is_stored_is_detected()
    {
        KillRounds.Result result = await KillRounds.RunAsync(_folder, null, 1, true, true, _random, Quiet, TimeProvider.System, default);
        Assert.InRange(result.Verdict.Lost, 1, int.MaxValue);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_power_cut_loses_nothing_at_kiosk_or_reception_unless_nothing_is_synced(bool sync)
    {
        Skip.If(LoopDisk.Missing is not null, LoopDisk.Missing);
        Skip.If(!sync && NoSync.Missing is not null, NoSync.Missing);
        PowerCuts.Result result = await PowerCuts.RunAsync(_folder, 2, sync, _random, Quiet, TimeProvider.System, default);
        Assert.InRange(result.Open, 1, int.MaxValue);
        Assert.InRange(result.Told, 1, int.MaxValue);
        if (sync) Assert.Equal((0, 0, true), (result.Lost, result.JournalLost, result.FullAndBack));
        else Assert.True(result is { Lost: > 0, JournalLost: > 0 }, result.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Quiet(string line)
    {
    }
}
