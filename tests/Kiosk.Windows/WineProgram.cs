using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Kiosk.Windows;

/// <summary>A Windows program that runs. What it writes is collected line by line, as bytes in UTF-8.</summary>
public sealed class WineProgram : IDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _output = new(), _said = new();
    private readonly Task _reading;

    internal WineProgram(Process process, string name)
    {
        (_process, _name) = (process, name);
        _reading = Task.WhenAll(Read(process.StandardOutput.BaseStream, _output), Read(process.StandardError.BaseStream, _said));
    }

    public bool HasEnded => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <summary>Types a line.</summary>
    public void Type(string line) => _process.StandardInput.Write(line + "\r\n");

    /// <summary>Waits for a line of the output that begins with the word, and returns the rest of it.</summary>
    public async Task<string> LineAsync(string word)
    {
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(5);)
        {
            string[] lines = Output.Split('\n');
            string? line = lines[..^1].FirstOrDefault(l => l.StartsWith(word, StringComparison.Ordinal));
            if (line is not null) return line[word.Length..].Trim();
            Assert.False(HasEnded, $"{_name} has ended:\n{Output}{Said}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        Assert.Fail($"{_name} did not write \"{word}\":\n{Output}{Said}");
        return "";
    }

    /// <summary>Ctrl+C: Wine makes the console's event of the signal.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public ProgramEnd Ended(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience))
        {
            _process.Kill();
            Assert.Fail($"{_name} did not end:\n{Output}{Said}");
        }

        _reading.Wait(TimeSpan.FromSeconds(10));
        return new ProgramEnd(_process.ExitCode, Output, Said);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static async Task Read(Stream from, StringBuilder to)
    {
        using StreamReader reader = new(from, new UTF8Encoding(false));
        char[] part = new char[4096];
        int length;
        while ((length = await reader.ReadAsync(part)) > 0)
        {
            lock (to) to.Append(part, 0, length);
        }
    }
}
