using System.CommandLine;
using Kiosk.ReceptionTerminal.Commands;
using Kiosk.ReceptionTerminal.Configuration;

RootCommand root = new("Reception terminal: hears kiosks, keeps arrivals, shows them to the receptionist.")
{
    RunCommand.Make(),
    PkiCommand.Make(),
    PairCommand.Make(),
    RotateCommand.Make(),
    StaffCodeCommand.Make(),
    StaffCommand.Make(),
    LedgerCommand.Make(),
};

try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync("reception: " + e.Message);
    return 2;
}
