using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Kiosk.App.Commands;
using Kiosk.App.Configuration;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// `kiosk-lab chaos link`: kills real kiosk processes and a real reception process at random times, loses answers, makes the cable
/// silent, cuts the power and fills the disk. Afterwards the told files are compared with the database. The control runs must fail,
/// otherwise the run proves nothing.
/// </summary>
internal static class ChaosCommand
{
    public static Command Make()
    {
        Option<int> rounds = new("--rounds")
        {
            Description = "number of kills of a kiosk process; the reception is killed in every second round",
            DefaultValueFactory = _ => 50,
        };
        Option<int?> seed = new("--seed") { Description = "seed of the random times; without it a seed is chosen and printed" };
        Option<string> store = new("--store")
        {
            Description = "the reception's database: sqlite, or postgres (Debian's package; a separate server, which is crashed too)",
            DefaultValueFactory = _ => "sqlite",
        };
        store.AcceptOnlyFromAmong("sqlite", "postgres");
        Option<string?> json = new Option<string?>("--json") { Description = "write the figures to this file as JSON" }.NamesFileToWrite();
        Command link = new("link", "kill -9, lost answers, silent cable, power cuts, full disk: no check-in may be lost or stored twice")
        {
            rounds, store, seed, json,
        };
        link.SetAction((options, stop) =>
            RunAsync(options.GetValue(rounds), options.GetValue(store) == "postgres", options.GetValue(seed) ?? Random.Shared.Next(),
            options.GetValue(json), TimeProvider.System, stop));
        return new Command("chaos", "injects faults and compares the results from outside")
        {
            link, Client(), NoSync.Make(), WithoutDedupeCommand.Make(),
        };
    }

    private static Command Client()
    {
        Option<string> folder = new("--folder") { Required = true };
        Option<string> id = new("--id") { Required = true };
        Option<string> journal = new("--journal") { Required = true };
        Option<string> told = new("--told") { Required = true };
        Option<int> port = new("--port") { Required = true };
        Option<bool> ramQueue = new("--ram-queue");
        Option<string?> outbox = new("--outbox"), outboxKey = new("--outbox-key");
        Command client = new("client", "one kiosk process of a chaos run") { folder, id, port, journal, told, ramQueue, outbox, outboxKey };
        client.Hidden = true;
        client.SetAction(async (o, stop) =>
        {
            OutboxConfig? box = o.GetValue(outbox) is { } file ? new(file, o.GetValue(outboxKey)!) : null;
            await using ChaosClient one = new(
                new(o.GetValue(folder)!, o.GetValue(id)!, o.GetValue(port), o.GetValue(journal)!, o.GetValue(told)!, o.GetValue(ramQueue),
                box), TimeProvider.System);
            return await one.RunAsync(stop);
        });
        return client;
    }

    private static async Task<int> RunAsync(int rounds, bool postgres, int seed, string? jsonFile, TimeProvider time,
        CancellationToken stop)
    {
        if (postgres && PostgresServer.Missing is { } lacks)
        {
            await Console.Error.WriteLineAsync($"chaos link --store postgres: {lacks}");
            return 2;
        }

        Random random = new(seed);
        Action<string> progress = ProgressOutput.Print;
        progress(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        progress($"{rounds} kills of a kiosk, {rounds / 2} of the reception");
        KillRounds.Result kills = await KillsAsync(rounds, false, true);
        int few = Math.Clamp(rounds / 5, 4, 10);
        progress("control: patient told first, queue in memory");
        KillRounds.Result ram = await KillsAsync(few, true, true);
        progress("control: duplicate check off");
        KillRounds.Result twice = await KillsAsync(few, false, false);
        SortedDictionary<string, object> figures = new(StringComparer.Ordinal)
        {
            ["rounds"] = rounds,
            ["seed"] = seed,
            ["client_kills"] = kills.ClientKills,
            ["server_kills"] = kills.ServerKills,
            ["store"] = postgres ? "postgres" : "sqlite",
            ["database_crashes"] = kills.DatabaseCrashes,
            ["lost_answer_windows"] = kills.LostAnswers,
            ["silent_windows"] = kills.Silences,
            ["repeats"] = kills.Verdict.Repeats,
            ["journal_asked"] = kills.JournalAsked,
            ["journal_found"] = kills.JournalFound,
            ["control_ram_queue_lost"] = ram.Verdict.Lost,
            ["control_no_dedupe_duplicated"] = twice.Verdict.Duplicated,
        };
        int told = kills.Verdict.Told, lost = kills.Verdict.Lost, controls = 2;
        int failed = (ram.Verdict.Lost > 0 ? 1 : 0) + (twice.Verdict.Duplicated > 0 ? 1 : 0);
        bool full = true;
        // Power cuts use the loop disk with SQLite. PostgreSQL is crashed during the kill rounds instead.
        if ((postgres ? "power cuts are done with SQLite only" : LoopDisk.Missing) is string why)
        {
            figures["power_cuts_skipped"] = why;
        }
        else
        {
            int cuts = Math.Max(4, rounds / 2);
            progress($"{cuts} power cuts, then the disk is filled");
            PowerCuts.Result power = await InFolderAsync(f => PowerCuts.RunAsync(f, cuts, true, random, progress, time, stop));
            (told, lost, full) = (told + power.Told, lost + power.Lost + power.JournalLost, power.FullAndBack);
            (figures["power_cuts"], figures["power_told"], figures["power_lost"]) = (power.Cuts, power.Told, power.Lost);
            (figures["journal_open_at_cuts"], figures["journal_lost"], figures["disk_full_recovered"]) =
                (power.Open, power.JournalLost, power.FullAndBack);
            if (NoSync.Missing is { } cannot)
            {
                figures["control_no_sync_skipped"] = cannot;
            }
            else
            {
                progress("control: no sync");
                PowerCuts.Result loose = await InFolderAsync(f => PowerCuts.RunAsync(f, 6, false, random, progress, time, stop));
                (figures["control_no_sync_lost"], figures["control_no_sync_journal_lost"]) = (loose.Lost, loose.JournalLost);
                // Two controls: the reception's database and the kiosk's journal.
                (controls, failed) = (controls + 2, failed + (loose.Lost > 0 ? 1 : 0) + (loose.JournalLost > 0 ? 1 : 0));
            }
        }

        (figures["told"], figures["lost"], figures["duplicated"]) = (told, lost, kills.Verdict.Duplicated);
        (figures["controls"], figures["controls_failed"]) = (controls, failed);
        foreach ((string name, object value) in figures) Console.WriteLine($"{name,-34} {value}");
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures), stop);
        bool good = told > 0 && lost == 0 && kills.Verdict.Duplicated == 0 && failed == controls && full;
        Console.WriteLine(good ? "no check-in was lost or stored twice, and every control run failed as it must"
            : "FAILED: see lost, duplicated, controls_failed, disk_full_recovered");
        return good ? 0 : 1;

        Task<KillRounds.Result> KillsAsync(int count, bool ramQueue, bool dedupe) => InFolderAsync(async folder =>
        {
            using PostgresServer? server = postgres ? new() : null;
            return await KillRounds.RunAsync(folder, server, count, ramQueue, dedupe, random, progress, time, stop);
        });
    }

    private static async Task<T> InFolderAsync<T>(Func<string, Task<T>> run)
    {
        string folder = Directory.CreateTempSubdirectory("kiosk-chaos-").FullName;
        try
        {
            return await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
