using System.Net;
using Kiosk.Simulators.Reception;
using Kiosk.Lab.Desk;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// Rounds of SIGKILL. Meanwhile answers are lost and the cable is silent. One kiosk process is killed in each round, the reception in
/// every second round. A second kiosk process is never killed.
/// </summary>
internal static class KillRounds
{
    internal sealed record Result(LossCheck.Verdict Verdict, int ClientKills, int ServerKills, int DatabaseCrashes, int LostAnswers,
        int Silences, int JournalAsked, int JournalFound);

    /// <param name="folder">An empty folder.</param>
    /// <param name="server">The reception's database, which is crashed at every second kill of the reception; null: SQLite in the
    /// folder.</param>
    /// <param name="ramQueue">Control run: the patient is told first, and the check-in is handed over later from memory.</param>
    /// <param name="dedupe">False: control run, the reception forgets each key.</param>
    public static async Task<Result> RunAsync(string folder, PostgresServer? server, int rounds, bool ramQueue, bool dedupe, Random random,
        Action<string> progress, TimeProvider time, CancellationToken stop)
    {
        ChaosStore store = server is null ? ChaosStore.Sqlite(Path.Combine(folder, "reception.db")) : ChaosStore.Postgres(server);
        await using ChaosReception facility = await ChaosReception.MakeAsync(folder, store, ["c1", "c2"], true, stop);
        if (!dedupe) await DropDedupeAsync(store, stop);
        await facility.StartAsync(stop);
        await using SimulatedCable cable = new(new IPEndPoint(IPAddress.Loopback, facility.Port));
        ChaosClientOptions victim = new(folder, "c1", cable.Port, Path.Combine(folder, "c1.journal"), Path.Combine(folder, "c1.told"),
            ramQueue);
        using ChaosProcess survivor = await ChaosProcess.StartAsync(
            victim with { Id = "c2", Journal = Path.Combine(folder, "c2.journal"), Told = Path.Combine(folder, "c2.told") }, true, stop);
        (int answers, int silences, int serverKills, int databaseCrashes) = (0, 0, 0, 0);
        for (int round = 0; round < rounds; round++)
        {
            using ChaosProcess client = await ChaosProcess.StartAsync(victim, true, stop);
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task weather = WeatherAsync(over.Token);
            await Task.Delay(random.Next(50, 1200), stop);
            if (round % 2 == 1)
            {
                if (server is not null && serverKills % 2 == 1)
                {
                    server.Crash();
                    databaseCrashes++;
                }

                await facility.KillAsync();
                serverKills++;
                await Task.Delay(random.Next(0, 300), stop);
                if (server?.Running == false) server.Start();
                await facility.StartAsync(stop);
                await Task.Delay(random.Next(0, 400), stop);
            }

            await client.KillAsync();
            await over.CancelAsync();
            await weather.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cable.Plug();
            if (round % 10 == 9) progress($"  round {round + 1} of {rounds}");
        }

        // Let the second kiosk finish its check-in before the results are compared.
        await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        await survivor.KillAsync();
        await facility.KillAsync();
        string[] told = [victim.Told, Path.Combine(folder, "c2.told")];
        List<string[]> asked = [.. LossCheck.Lines(told).Where(l => l[0] == "F")];
        return new(LossCheck.Judge(told, store), rounds, serverKills, databaseCrashes, answers, silences, asked.Count,
            asked.Count(l => l[2] == "found"));

        async Task WeatherAsync(CancellationToken until)
        {
            while (true)
            {
                await Task.Delay(random.Next(30, 250), until);
                if (random.Next(8) == 0)
                {
                    cable.Silence();
                    silences++;
                    await Task.Delay(random.Next(300, 1500), until);
                    cable.Plug();
                }
                else
                {
                    answers++;
                    await cable.LoseAnswersAsync(TimeSpan.FromMilliseconds(random.Next(5, 60)), until);
                }
            }
        }
    }

    private static async Task DropDedupeAsync(ChaosStore store, CancellationToken stop)
    {
        using System.Diagnostics.Process make = ChaosReception.Start([LabFiles.Lab, "chaos", "without-dedupe", .. store.Arguments]);
        await make.WaitForExitAsync(stop);
        if (make.ExitCode != 0) throw new InvalidOperationException("the database of the control run could not be created");
    }
}
