using Kiosk.Simulators.CardReader;

namespace Kiosk.Lab.Desk;

/// <summary>`kiosk-lab simulate`, started by `./dev run`: a whole kiosk at a simulated desk, until Ctrl-C.</summary>
internal static class SimulateCommand
{
    public static async Task<int> RunAsync(int port, string card, int bitRate, bool pharmacy, CancellationToken stop)
    {
        // Before minutes of work.
        if (card.Length > 0) _ = VirtualCards.Pin(card);
        DeskPorts ports = DeskPorts.From(port);
        if (ports.Screen != port)
        {
            ProgressOutput.Print($"port {port}, {port + 1} or {port + 2} is in use; "
                + $"the desk takes {ports.Screen} to {ports.Reception} (--port gives others)");
        }
        await using SimulatedDesk desk = await SimulatedDesk.StartAsync(
            new SimulatedDeskOptions { BitRate = bitRate, Ports = ports, Pharmacy = pharmacy }, ProgressOutput.Print, stop);
        await using SimulatorConsole console =
            await SimulatorConsole.StartAsync(desk, () => desk.Screen!, ports.Simulator, desk.Logs, stop);
        // Each address signs in one browser. Without the next one nobody gets in again after that browser is closed.
        desk.NextReceptionPage += page => Console.WriteLine($"reception         {page}      signs in the next browser");
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
