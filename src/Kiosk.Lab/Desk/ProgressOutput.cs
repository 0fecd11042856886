namespace Kiosk.Lab.Desk;

/// <summary>Lines that say how far a command is. They go to standard error; standard output is for results.</summary>
internal static class ProgressOutput
{
    public static void Print(string line) => Console.Error.WriteLine(line);
}
