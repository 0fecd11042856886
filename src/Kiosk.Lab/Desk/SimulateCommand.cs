
namespace Kiosk.Lab.Desk;

/// <summary>`kiosk-lab simulate`, started by `./dev run`: a whole kiosk at a simulated desk, until Ctrl-C.</summary>
internal static class SimulateCommand
{
    public static async Task<int> RunAsync(int port, string card, int bitRate, CancellationToken stop)
    {
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions { BitRate = bitRate, ScreenPort = port },
            ProgressOutput.Print, stop);
        await using SimulatorConsole console = await SimulatorConsole.StartAsync(desk, () => desk.Screen!, port + 1, desk.Logs, stop);
        if (card.Length > 0) await desk.InsertAsync(card, stop);
        Console.WriteLine($"""

            patient's screen  {desk.Screen}
            simulator         {console.Url}      cards, people, plugs
            reception         {desk.ReceptionPage}
            face results      {desk.FaceFiles}      XML for the レセコン
            face engine       {desk.FaceEngine}; faces from {desk.FacesFrom}

            Ctrl-C ends it.
            """);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, desk.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends the command.
        }
        return 0;
    }
}
