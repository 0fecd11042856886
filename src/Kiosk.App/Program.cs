using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;

NativeHeap.Limit();

// `kiosk run` serves patients; the other commands are for technicians and testers.
RootCommand root = new("顔認証付きカードリーダー: the check-in kiosk")
{
    RunCommand.Make(),
    ScreenCommand.Make(),
    EnrollCommand.Make(),
    new TechnicianCommands().SelfTest(),
    new TechnicianCommands().Commission(),
    ModelsCommand.Make(),
    DecodeCommand.Make(),
    VoicesCommand.Make(),
    new BenchCommands().AddTo(new Command("bench", "measure the real devices of this machine or test bench")),
};

try
{
    // The service manager stops the kiosk. 3 s are enough to power the card off and to close the link.
    return await root.Parse(args).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(3) });
}
catch (FailureException failure)
{
    return ProgramErrors.Print(failure);
}
catch (OperationCanceledException)
{
    return 130;
}
