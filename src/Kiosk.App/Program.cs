using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Core;
using Kiosk.Devices.FaceEngine;

NativeHeap.Limit();

// One executable: `kiosk run` serves patients; the other commands are for technicians and testers. Composition is by hand.
RootCommand root = new("顔認証付きカードリーダー: the check-in kiosk")
{
    RunCommand.Make(),
    EnrollCommand.Make(),
    TechnicianCommands.SelfTest(),
    TechnicianCommands.Commission(),
    ModelsCommand.Make(),
    DecodeCommand.Make(),
    VoicesCommand.Make(),
#if SIMULATORS
    BenchCommands.On(DeskCommands.Bench()),
    DeskCommands.Simulate(),
    DeskCommands.Visit(),
    CardCommand.Make(),
    Kiosk.App.Simulated.Chaos.ChaosCommand.Make(),
#else
    BenchCommands.On(new Command("bench", "measure the devices on the desk")),
#endif
};

try
{
    // A kiosk is stopped by its service manager; 3 s are enough to power the card off and close the link.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(3) });
}
catch (FailureException failure)
{
    FailureEntry entry = FailureCatalogue.EntryFor(failure.Failure);
    await Console.Error.WriteLineAsync($"{entry.Code} {failure.Failure}: {failure.Detail}\n  {entry.Staff}\n  → {entry.Remedy}");
    return entry.Exit;
}
catch (OperationCanceledException)
{
    return 130;
}
