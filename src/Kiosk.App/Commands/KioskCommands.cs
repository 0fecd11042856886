using System.CommandLine;

namespace Kiosk.App.Commands;

/// <summary>All commands of the program <c>kiosk</c>. `kiosk run` serves patients; the others are for technicians and testers.</summary>
internal static class KioskCommands
{
    public static RootCommand Root() => new("顔認証付きカードリーダー: the check-in kiosk")
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
}
