using System.Diagnostics;

namespace Kiosk.Image;

/// <summary>The device image as ./dev image builds it, and the programs around it.</summary>
public static class Product
{
    public static string Root { get; } = RepositoryFolder(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Artifacts { get; } = Path.Combine(Root, "artifacts/image");

    public static string Keys { get; } = Path.Combine(Artifacts, "keys");

    /// <summary>Why these tests do not run here; null when they do.</summary>
    public static string? SkipReason { get; } =
        Environment.GetEnvironmentVariable("KIOSK_IMAGE_TESTS") != "1" ? "heavy: ./dev test --image"
        : File.Exists("/usr/bin/qemu-system-x86_64") ? null : "qemu-system-x86_64 is missing";

    /// <param name="version">As the folder of the build is called: with -broken for a build by --broken.</param>
    /// <param name="profile">vm, bench or product.</param>
    public static string Bundle(string version, string profile = "vm") =>
        Path.Combine(Artifacts, profile, version, $"kiosk-{version.Replace("-broken", "", StringComparison.Ordinal)}.raucb");

    /// <summary>Runs the build of the image; stages whose inputs did not change are reused.</summary>
    public static void Build(params string[] options) => RunToSuccess(Path.Combine(Root, "image-build/build.sh"), options);

    /// <summary>Runs a program to its end; the test fails when its exit code is not 0.</summary>
    /// <returns>Standard output, then standard error.</returns>
    public static string RunToSuccess(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        (int exit, string output) = Run(program, arguments, environment);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)} ended with {exit}: {output}");
        return output;
    }

    /// <summary>Runs a program to its end, in the repository's folder.</summary>
    /// <returns>Exit code; standard output, then standard error.</returns>
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
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Starts a program of artifacts/bin, with its standard streams redirected.</summary>
    /// <param name="dll">Below artifacts/bin.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="arguments">Of the program.</param>
    public static Process Start(string dll, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [ProgramFile(dll), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        return Process.Start(start)!;
    }

    /// <summary>Kills the process and disposes it.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public static string ProgramFile(string dll) => Path.Combine(Root, "artifacts/bin", dll);

    private static string RepositoryFolder(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kiosk.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Kiosk.sln");
    }
}
