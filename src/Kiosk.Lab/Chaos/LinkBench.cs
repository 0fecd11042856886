using Kiosk.Lab.Desk;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Journal;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// `kiosk-lab bench link`: measures the hand-over as a visit does it (journal, submit, receipt after the reception's commit), and many
/// kiosks, each with its own certificate, connection and stream, on one reception process. Both ends run on this machine. Baselines
/// measured in the same run: a call that stores nothing, and one record synced to this disk.
/// </summary>
internal sealed class LinkBench(ChaosReception facility, IReadOnlyList<string> kiosks, string folder, TimeProvider time) : IAsyncDisposable
{
    private const int Sequential = 1000;
    private const int DuringSignIns = 300;
    private const int PerSecond = 50;
    private const int OpenLoopSeconds = 20;
    private const int PerKiosk = 60;

    private readonly SortedDictionary<string, object> _figures = new(StringComparer.Ordinal)
    {
        ["kiosks"] = kiosks.Count,
        ["open_loop_per_s"] = PerSecond,
    };
    private readonly List<LinkBenchKiosk> _fleet = [];

    public static async Task<int> RunAsync(int kiosks, string? jsonFile, TimeProvider time, CancellationToken stop)
    {
        string folder = Directory.CreateTempSubdirectory("kiosk-bench-").FullName;
        try
        {
            List<string> ids = [.. Enumerable.Range(1, kiosks).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i}"))];
            ProgressOutput.Print("making certificates, starting the reception");
            await using ChaosReception facility = await ChaosReception.MakeAsync(folder,
                ChaosStore.Sqlite(Path.Combine(folder, "reception.db")), ids, true, stop);
            await facility.AddAccountAsync("desk", PasswordGuesses.Password, stop);
            await facility.StartAsync(stop);
            await using LinkBench bench = new(facility, ids, folder, time);
            await bench.RunAsync(stop);
            foreach ((string name, object value) in bench._figures) Console.WriteLine($"{name,-34} {value}");
            if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(bench._figures), stop);
            return bench._figures["fleet_errors"] is 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LinkBenchKiosk kiosk in _fleet) await kiosk.DisposeAsync();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        foreach (string id in kiosks) _fleet.Add(new LinkBenchKiosk(folder, id, facility.Port, time));
        // A check-in counts only on the connection that holds the stream.
        _fleet[0].Watch();
        await UpAsync(_fleet[0], stop);
        await CommitAsync(_fleet[0], stop);
        await SignInsAsync(_fleet[0], stop);
        ProgressOutput.Print("connecting all kiosks");
        long from = Stopwatch.GetTimestamp();
        foreach (LinkBenchKiosk kiosk in _fleet.Skip(1)) kiosk.Watch();
        await Task.WhenAll(_fleet.Select(k => UpAsync(k, stop)));
        _figures["fleet_up_s"] = Math.Round(Stopwatch.GetElapsedTime(from).TotalSeconds, 2);
        await OpenLoopAsync(stop);
        await ClosedLoopAsync(stop);
        _figures["reception_rss_mib"] = Math.Round(facility.WorkingSet / 1048576.0, 1);
        await ReconnectAsync(stop);
    }

    /// <summary>One kiosk, one visit after the other. The challenge is signed before the measurement, as in a visit.</summary>
    private async Task CommitAsync(LinkBenchKiosk kiosk, CancellationToken stop)
    {
        ProgressOutput.Print("one kiosk: commit");
        using VisitJournal journal = VisitJournal.Open(Path.Combine(folder, "bench.journal"), time);
        List<double> commit = [], rpc = [], sync = [];
        for (int i = 0; i < Sequential + 50; i++)
        {
            CheckIn visit = await kiosk.VisitAsync(stop);
            double ms = await MsAsync(async () =>
            {
                journal.Begin(visit.Key, visit.Visit);
                await kiosk.Link.SubmitAsync(visit, stop);
                journal.Done(visit.Key);
            });
            double alone = await MsAsync(() => kiosk.Link.FindAsync(visit.Visit, stop));
            double disk = await MsAsync(() =>
            {
                journal.Begin(visit.Visit, visit.Visit);
                return Task.CompletedTask;
            });
            journal.Done(visit.Visit);
            // The first ones are warm-up and are not measured.
            if (i < 50) continue;
            commit.Add(ms);
            rpc.Add(alone);
            sync.Add(disk);
        }

        Put("commit", commit);
        Put("rpc_alone", rpc);
        Put("disk_sync", sync);
        _figures["commit_over_rpc_and_two_syncs"] = Math.Round(P(commit, 0.5) / (P(rpc, 0.5) + 2 * P(sync, 0.5)), 2);
    }

    /// <summary>One kiosk, one visit after the other, while 16 clients try passwords on the page for staff without a pause.</summary>
    private async Task SignInsAsync(LinkBenchKiosk kiosk, CancellationToken stop)
    {
        ProgressOutput.Print("one kiosk: commit while 16 clients guess passwords");
        List<double> commit = [];
        await using (PasswordGuesses guesses = new(facility.Page))
        {
            for (int i = 0; i < DuringSignIns; i++)
            {
                CheckIn visit = await kiosk.VisitAsync(stop);
                commit.Add(await MsAsync(() => kiosk.Link.SubmitAsync(visit, stop)));
                // A patient needs seconds; without a pause the guesses would hardly get a turn.
                await Task.Delay(20, stop);
            }

            _figures["sign_ins_answered"] = guesses.Answered;
        }

        Put("commit_during_sign_ins", commit);
        _figures["commit_during_sign_ins_over_commit"] =
            Math.Round((double)_figures["commit_during_sign_ins_p50_ms"] / (double)_figures["commit_p50_ms"], 2);
    }

    /// <summary>
    /// Starts 50 check-ins per second, also while answers are slow, so that the waiting time behind a slow answer is measured.
    /// </summary>
    private async Task OpenLoopAsync(CancellationToken stop)
    {
        ProgressOutput.Print($"{PerSecond} check-ins per second for {OpenLoopSeconds} s");
        int errors = 0;
        List<double> took = [];
        List<Task> running = [];
        long from = Stopwatch.GetTimestamp();
        for (int i = 0; i < PerSecond * OpenLoopSeconds; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)i / PerSecond) - Stopwatch.GetElapsedTime(from);
            if (due > TimeSpan.Zero) await Task.Delay(due, time, stop);
            LinkBenchKiosk kiosk = _fleet[i % _fleet.Count];
            running.Add(Task.Run(
                async () =>
                {
                    try
                    {
                        CheckIn visit = await kiosk.VisitAsync(stop);
                        double ms = await MsAsync(() => kiosk.Link.SubmitAsync(visit, stop));
                        lock (took) took.Add(ms);
                    }
                    catch (FailureException)
                    {
                        Interlocked.Increment(ref errors);
                    }
                },
                stop));
        }

        await Task.WhenAll(running);
        Put("fleet", took);
        _figures["fleet_errors"] = errors;
    }

    /// <summary>Every kiosk hands over one check-in after the other without a pause. All challenges are signed before.</summary>
    private async Task ClosedLoopAsync(CancellationToken stop)
    {
        ProgressOutput.Print("closed loop: all kiosks at the same time");
        List<(LinkBenchKiosk Kiosk, List<CheckIn> Visits)> ready = [];
        foreach (LinkBenchKiosk kiosk in _fleet)
        {
            List<CheckIn> visits = [];
            for (int i = 0; i < PerKiosk; i++) visits.Add(await kiosk.VisitAsync(stop));
            ready.Add((kiosk, visits));
        }

        List<double> took = [];
        long from = Stopwatch.GetTimestamp();
        await Task.WhenAll(ready.Select(r => Task.Run(
            async () =>
            {
                foreach (CheckIn visit in r.Visits)
                {
                    double ms = await MsAsync(() => r.Kiosk.Link.SubmitAsync(visit, stop));
                    lock (took) took.Add(ms);
                }
            },
            stop)));
        _figures["closed_loop_per_s"] = Math.Round(took.Count / Stopwatch.GetElapsedTime(from).TotalSeconds);
        Put("closed_loop", took);
    }

    /// <summary>
    /// Kills and restarts the reception. Measures when every stream is connected again and checks that every kiosk can check in.
    /// </summary>
    private async Task ReconnectAsync(CancellationToken stop)
    {
        ProgressOutput.Print("the reception is killed; all kiosks connect again");
        foreach (LinkBenchKiosk kiosk in _fleet) kiosk.Forget();
        long from = Stopwatch.GetTimestamp();
        await facility.KillAsync();
        await facility.StartAsync(stop);
        _figures["storm_reception_down_s"] = Math.Round(Stopwatch.GetElapsedTime(from).TotalSeconds, 2);
        List<double> back = [];
        await Task.WhenAll(_fleet.Select(async k =>
        {
            await UpAsync(k, stop);
            lock (back) back.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
        }));
        _figures["storm_p50_s"] = Math.Round(P(back, 0.5), 2);
        _figures["storm_all_back_s"] = Math.Round(back.Max(), 2);
        int errors = 0;
        await Task.WhenAll(_fleet.Select(async k =>
        {
            try
            {
                await k.Link.SubmitAsync(await k.VisitAsync(stop), stop);
            }
            catch (FailureException)
            {
                Interlocked.Increment(ref errors);
            }
        }));
        _figures["storm_errors"] = errors;
    }

    private Task UpAsync(LinkBenchKiosk kiosk, CancellationToken stop) => kiosk.Up.WaitAsync(TimeSpan.FromSeconds(60), time, stop);

    private void Put(string name, List<double> ms)
    {
        _figures[name + "_p50_ms"] = Math.Round(P(ms, 0.5), 2);
        _figures[name + "_p99_ms"] = Math.Round(P(ms, 0.99), 2);
    }

    private static double P(List<double> all, double part)
    {
        if (all.Count == 0) return double.NaN;
        List<double> sorted = [.. all.Order()];
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }

    private static async Task<double> MsAsync(Func<Task> act)
    {
        long from = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }
}
