using System.CommandLine;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary>All commands of the program <c>reception</c>.</summary>
internal static class ReceptionCommands
{
    public static RootCommand Root() => new("Reception terminal: hears kiosks, keeps arrivals, shows them to the receptionist.")
    {
        RunCommand.Make(),
        PkiCommand.Make(),
        PairCommand.Make(),
        RotateCommand.Make(),
        StaffCodeCommand.Make(),
        StaffCommand.Make(),
        LedgerCommand.Make(),
    };
}
