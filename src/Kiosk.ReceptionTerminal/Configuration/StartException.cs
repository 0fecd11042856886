namespace Kiosk.ReceptionTerminal.Configuration;

/// <summary>The reception cannot start, or a command cannot be done. Shown as one line; exit code 2.</summary>
public sealed class StartException : Exception
{
    /// <param name="thing">What is at fault: a file, a port, a setting.</param>
    /// <param name="remedy">What is wrong with it and what to do.</param>
    public StartException(string thing, string remedy, Exception? inner = null)
        : base($"{thing}: {remedy}", inner)
    {
    }

    /// <param name="line">All of it.</param>
    internal StartException(string line, Exception inner)
        : base(line, inner)
    {
    }
}
