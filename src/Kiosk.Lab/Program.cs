using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Core;
using Kiosk.Devices.FaceEngine;
using Kiosk.Lab.Chaos;
using Kiosk.Lab.Commands;
using Kiosk.Lab.Desk;
using Kiosk.ReceptionTerminal;

NativeHeap.Limit();

TechnicianCommands atTheDesk = new(async (work, stop) =>
{
    await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions(), line => Console.Error.WriteLine(line), stop);
    return await work(desk.SelfTestParts);
});

// The laboratory: what developers and testers run where there is no hardware. It never ships.
RootCommand root = new("kiosk-lab: the kiosk at a simulated desk, its benches, and the building of the face models")
{
    LabCommands.Simulate(),
    LabCommands.Visit(),
    LabCommands.Bench(),
    atTheDesk.SelfTest(),
    atTheDesk.Commission(),
    CardCommand.Make(),
    ChaosCommand.Make(),
    ModelBuildCommands.Make(),
    ReceptionCommand.Make(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(3) });
}
catch (FailureException failure)
{
    return ProgramErrors.Print(failure);
}
catch (StartException wrong)
{
    await Console.Error.WriteLineAsync("reception: " + wrong.Message);
    return 2;
}
catch (OperationCanceledException)
{
    return 130;
}
