using System.CommandLine;
using System.CommandLine.Invocation;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Commands;
using Kiosk.ReceptionTerminal.Configuration;

ConsoleText.Prepare();
try
{
    ParseResult parsed = ReceptionCommands.Root().Parse(args);
    if (args.Length > 0 && parsed.Action is ParseErrorAction)
        return CommandFault.PrintUsage("reception", parsed.Errors.Select(error => error.Message));
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync("reception: " + CommandFault.OneLine(e.Message));
    return CommandFault.Usage;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception fault)
{
    return CommandFault.Print("reception", fault);
}
