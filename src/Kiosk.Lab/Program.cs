using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;
using Kiosk.Lab.Chaos;
using Kiosk.Lab.Commands;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Voices;
using Kiosk.ReceptionTerminal.Configuration;

NativeHeap.Limit();

TechnicianCommands deskCommands = new(async (work, stop) =>
{
    await using SimulatedDesk desk = await SimulatedDesk.StartAsync(new SimulatedDeskOptions(), line => Console.Error.WriteLine(line),
        stop);
    return await work(desk.SelfTestParts);
});

// The lab program: for developers and testers without hardware. It never ships.
RootCommand root = new("kiosk-lab: the kiosk at a simulated desk, its benches, and the build of the face models")
{
    LabCommands.Simulate(),
    LabCommands.Visit(),
    LabCommands.Bench(),
    deskCommands.SelfTest(),
    deskCommands.Commission(),
    CardCommand.Make(),
    ChaosCommand.Make(),
    ModelBuildCommands.Make(),
    ReceptionCommand.Make(),
    ClipCommands.Make(),
};

try
{
    // Failures are reported below; the default handler would print a stack trace.
    InvocationConfiguration configuration = new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(3),
    };
    return await root.Parse(args).InvokeAsync(configuration);
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
