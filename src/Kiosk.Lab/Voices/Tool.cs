using System.Diagnostics;
using System.Text;

namespace Kiosk.Lab.Voices;

/// <summary>Runs a program of the system, for example open_jtalk or ffmpeg, and takes its output.</summary>
internal static class Tool
{
    /// <param name="input">UTF-8 text for its standard input; null: none.</param>
    /// <returns>Standard output and standard error, each as text.</returns>
    /// <exception cref="InvalidOperationException">The program is missing or ended with another code than 0; one line.</exception>
    public static async Task<(string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string? input, CancellationToken stop)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(stop), errors = process.StandardError.ReadToEndAsync(stop);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(stop);
        if (process.ExitCode == 0) return (await output, await errors);
        string last = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no message";
        throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {last}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed; ./dev voices installs what it needs");
        }
    }
}
