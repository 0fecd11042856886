namespace Kiosk.Lab.Commands;

/// <summary>Progress as lines on standard error.</summary>
internal sealed class ErrorLines : IProgress<string>
{
    public void Report(string value) => Console.Error.WriteLine(value);
}
