using System.Diagnostics;

namespace Kiosk.Processes.Commands;

/// <summary>Runs one of the three programs as a person does.</summary>
/// <param name="Said">Standard error.</param>
internal sealed record ProgramRun(int Exit, string Output, string Said)
{
    /// <summary>Generous: the machine is busy with other tests.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    public static async Task<ProgramRun> OfAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(StartOf(program, arguments))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), said = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(_patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end");
        }
        return new(process.ExitCode, await output, await said);
    }

    public static ProcessStartInfo StartOf(string program, params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
