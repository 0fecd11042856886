using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Kiosk.Journeys;

/// <summary>The Release build ships: it has the types of the Debug build, which is tested, and neither simulator nor laboratory.</summary>
public sealed class ReleaseBuildTests
{
    [Theory]
    [InlineData("Kiosk.App", "kiosk")]
    [InlineData("Kiosk.ReceptionTerminal", "reception")]
    public async Task The_release_build_has_the_types_of_the_tested_one_and_no_simulator(string project, string program)
    {
        // Nodes that stay for the next build keep this build's output open, and its end would be waited for until they end.
        // The analyzers have judged the same sources in the Debug build.
        (int built, string log) = await Run(
            "build", $"src/{project}", "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false", "-p:RunAnalyzers=false");
        Assert.True(built == 0, log);
        string folder = Path.Combine(Repository.Root, "artifacts/bin", project);
        string release = Path.Combine(folder, "release"), debug = Path.Combine(folder, "debug");

        Assert.False(File.Exists(Path.Combine(release, "Kiosk.Simulators.dll")));
        Assert.False(File.Exists(Path.Combine(release, "kiosk-lab.dll")));
        string[] ours = [program + ".dll", .. Directory.GetFiles(release, "Kiosk.*.dll").Select(file => Path.GetFileName(file))];
        Assert.True(ours.Length > 1);
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
                .Select(type => $"{names.GetString(type.Namespace)}.{names.GetString(type.Name)}")
                .Where(name => !name.Contains('<', StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<(int Exit, string Output)> Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            // A compiler for each project takes twice as long as one for all.
            Environment = { ["UseSharedCompilation"] = "true" },
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
