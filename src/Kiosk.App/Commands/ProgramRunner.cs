using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Command = System.CommandLine.Command;

namespace Kiosk.App.Commands;

/// <summary>
/// Runs one command of a program. Whatever ends it, the caller sees one line and an exit code, never a stack trace. SIGINT, SIGTERM and
/// SIGHUP (the terminal was closed) stop it in order: the card is powered off, the link closed, child processes ended.
/// </summary>
/// <param name="program">Name of the program, for its messages.</param>
/// <param name="patience">How long a stopped command may take to end.</param>
internal sealed class ProgramRunner(string program, TimeSpan patience)
{
    /// <summary>Shows the message of any exception; only for a program that never sees patients.</summary>
    public bool ShowsMessages { get; init; }

    /// <summary>Prints an exception that only this program knows. Returns the exit code; null: not known.</summary>
    public Func<Exception, int?> Known { get; init; } = _ => null;

    public async Task<int> RunAsync(RootCommand root, string[] args)
    {
        try
        {
            using CancellationTokenSource closed = new();
            using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                // Otherwise the process would end at once and leave its children.
                signal.Cancel = true;
                closed.Cancel();
            });
            ParseResult parsed = root.Parse(args);
            if (args.Length > 0 && parsed.Action is ParseErrorAction)
                return CommandFault.PrintUsage(Name(parsed.CommandResult.Command), parsed.Errors.Select(error => error.Message));
            InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience };
            return await parsed.InvokeAsync(configuration, closed.Token);
        }
        catch (FailureException failure)
        {
            return ProgramErrors.Print(failure);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception fault)
        {
            return Known(fault) ?? CommandFault.Print(program, fault, ShowsMessages);
        }
    }

    /// <summary>As it is typed, for example <c>kiosk bench camera</c>.</summary>
    private string Name(Command command)
    {
        string name = "";
        for (Command? one = command; one is not (null or RootCommand); one = one.Parents.OfType<Command>().FirstOrDefault())
            name = $" {one.Name}{name}";
        return program + name;
    }
}
