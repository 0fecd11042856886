using Kiosk.Core.Failures;

namespace Kiosk.App.Commands;

/// <summary>Prints why a command failed.</summary>
internal static class ProgramErrors
{
    /// <summary>Writes code, failure, detail, the text for staff and the remedy to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(FailureException failure)
    {
        FailureEntry entry = FailureCatalogue.EntryFor(failure.Failure);
        Console.Error.WriteLine($"{entry.Code} {failure.Failure}: {failure.Detail}\n  {entry.Staff}\n  → {entry.Remedy}");
        return entry.Exit;
    }
}
