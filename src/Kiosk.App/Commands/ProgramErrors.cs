using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.App.Commands;

/// <summary>Prints why a command failed.</summary>
internal static class ProgramErrors
{
    /// <summary>Writes code, failure, detail, the text for staff and the remedy to standard error, in one line.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(FailureException failure)
    {
        FailureEntry entry = FailureCatalogue.EntryFor(failure.Failure);
        Console.Error.WriteLine($"{entry.Code} {failure.Failure}: {CommandFault.OneLine(failure.Detail)} ({entry.Staff} → {entry.Remedy})");
        // As for a mistake of the command line.
        return failure.Failure is Failure.ConfigBroken ? CommandFault.Usage : entry.Exit;
    }
}
