using System.Diagnostics;

namespace Kiosk.Journeys;

public sealed class ReleaseBuildTests
{
    [Fact]
    public async Task The_product_build_contains_no_simulator_and_no_command_for_one()
    {
        string root = Repository.Root;
        (int built, string log) = await Run(root, "build", "src/Kiosk.App", "-c", "Release", "-v", "quiet", "--nologo");
        Assert.True(built == 0, log);
        string kiosk = Path.Combine(root, "artifacts/bin/Kiosk.App/release/kiosk.dll");

        (int exit, string output) = await Run(root, kiosk, "simulate");
        Assert.NotEqual(0, exit);
        Assert.Contains("simulate", output, StringComparison.Ordinal);
        foreach (string assembly in Directory.GetFiles(Path.GetDirectoryName(kiosk)!, "*.dll")
            .Where(f => Path.GetFileName(f) is "kiosk.dll" || Path.GetFileName(f).StartsWith("Kiosk.", StringComparison.Ordinal)))
        {
            using FileStream file = File.OpenRead(assembly);
            using System.Reflection.PortableExecutable.PEReader pe = new(file);
            System.Reflection.Metadata.MetadataReader names = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(pe);
            Assert.DoesNotContain(names.TypeDefinitions.Select(t => names.GetString(names.GetTypeDefinition(t).Namespace)),
                space => space.Contains("Simulat", StringComparison.Ordinal));
        }
    }

    private static async Task<(int Exit, string Output)> Run(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder,
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
