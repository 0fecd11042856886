using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Kiosk.Journeys;

/// <summary>
/// What ships is the Release build: of the same types as the Debug build that is tested, and without simulator and laboratory.
/// </summary>
public sealed class ReleaseBuildTests
{
    [Theory]
    [InlineData("Kiosk.App", "kiosk")]
    [InlineData("Kiosk.ReceptionTerminal", "reception")]
    public async Task The_release_build_has_the_types_of_the_tested_one_and_no_simulator(string project, string program)
    {
        (int built, string log) = await Run("build", $"src/{project}", "-c", "Release", "-v", "quiet", "--nologo");
        Assert.True(built == 0, log);
        string release = Path.Combine(Repository.Root, "artifacts/bin", project, "release"),
            debug = Path.Combine(Repository.Root, "artifacts/bin", project, "debug");

        Assert.False(File.Exists(Path.Combine(release, "Kiosk.Simulators.dll")));
        Assert.False(File.Exists(Path.Combine(release, "kiosk-lab.dll")));
        string[] ours = [.. Directory.GetFiles(release, "*.dll").Select(f => Path.GetFileName(f))
            .Where(f => f.StartsWith("Kiosk.", StringComparison.Ordinal) || f == program + ".dll")];
        Assert.Contains(program + ".dll", ours);
        foreach (string assembly in ours) Assert.Equal(Types(Path.Combine(debug, assembly)), Types(Path.Combine(release, assembly)));
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("visit")]
    [InlineData("card")]
    [InlineData("chaos")]
    public async Task The_product_has_no_command_of_the_laboratory(string command)
    {
        (int exit, string said) = await Run(Path.Combine(Repository.Root, "artifacts/bin/Kiosk.App/debug/kiosk.dll"), command);
        Assert.NotEqual(0, exit);
        Assert.Contains(command, said, StringComparison.Ordinal);
    }

    /// <summary>Full names, in order, without what the compiler makes.</summary>
    private static string[] Types(string assembly)
    {
        using FileStream file = File.OpenRead(assembly);
        using PEReader pe = new(file);
        MetadataReader names = pe.GetMetadataReader();
        return
        [
            .. names.TypeDefinitions.Select(names.GetTypeDefinition)
                .Select(t => $"{names.GetString(t.Namespace)}.{names.GetString(t.Name)}")
                .Where(name => !name.Contains('<', StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<(int Exit, string Output)> Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
