using System.Diagnostics;

namespace Kiosk.Processes.Image;

/// <summary>Runs the scripts of image-build and the tools that check them.</summary>
internal static class Shell
{
    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Image { get; } = Path.Combine(Root, "image-build");

    public static bool Has(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    public static (int Exit, string Output) Run(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{program} did not end");
        return (process.ExitCode, output + error.Result);
    }

    private static string Up(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kiosk.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Kiosk.sln");
    }
}
