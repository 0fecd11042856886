using System.Text.Json;
using System.Xml.Linq;

namespace Kiosk.Processes.Image;

/// <summary>What a release says of itself: its version and its bill of materials.</summary>
public sealed class ReleaseFilesTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-release-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact]
    public void The_image_takes_its_version_from_the_property_that_the_program_takes_it_from()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        XDocument properties = XDocument.Load(Path.Combine(Shell.Root, "Directory.Build.props"));
        string version = properties.Descendants("Version").Single().Value;
        Assert.Equal(3, version.Split('.').Length);
        Assert.Equal((0, version + "\n"), Shell.Run("/bin/sh", [Path.Combine(Shell.Image, "print-version.sh")]));
    }

    [SkippableFact]
    public void The_bill_of_materials_lists_Debian_and_NuGet_packages_and_does_not_depend_on_the_time_of_the_build()
    {
        Skip.IfNot(Shell.Has("python3"), "python3 is missing");
        string first = BillOfMaterials("2026-01-01T00:00:00Z"), second = BillOfMaterials("2026-01-02T00:00:00Z");
        Assert.Equal(first, second);
        using JsonDocument bill = JsonDocument.Parse(first);
        JsonElement metadata = bill.RootElement.GetProperty("metadata");
        Assert.Equal("2025-11-24T16:00:00Z", metadata.GetProperty("timestamp").GetString());
        Assert.Equal("1.2.3", metadata.GetProperty("component").GetProperty("version").GetString());
        string[] references = [.. bill.RootElement.GetProperty("components").EnumerateArray()
            .Select(c => c.GetProperty("bom-ref").GetString()!)];
        Assert.Contains("pkg:deb/debian/curl@7.88?distro=debian-12", references);
        Assert.Contains("pkg:nuget/QRCoder@1.8.1", references);
        Assert.Contains("kiosk@1.2.3", references);
        Assert.Equal("kiosk@1.2.3", bill.RootElement.GetProperty("dependencies")[0].GetProperty("ref").GetString());
    }

    /// <param name="time">The time stamp that the CycloneDX tool wrote; it cannot be told to leave it out.</param>
    private string BillOfMaterials(string time)
    {
        File.WriteAllText(In("packages.tsv"), "curl\t7.88\tcurl\t7.88\n");
        File.WriteAllText(In("nuget.json"), JsonSerializer.Serialize(new
        {
            metadata = new
            {
                timestamp = time,
                tools = new { components = new[] { new { name = "CycloneDX module for .NET" } } },
                component = Component("kiosk@1.2.3"),
            },
            components = new[] { Component("pkg:nuget/QRCoder@1.8.1") },
            dependencies = new[]
            {
                new Dictionary<string, object> { ["ref"] = "kiosk@1.2.3", ["dependsOn"] = new[] { "pkg:nuget/QRCoder@1.8.1" } },
            },
        }));
        (int exit, string output) = Shell.Run("python3",
            [Path.Combine(Shell.Image, "sbom.py"), "1.2.3", "1764000000", In("packages.tsv"), In("nuget.json"), Shell.Root]);
        Assert.True(exit == 0, output);
        return output;
    }

    private static Dictionary<string, string> Component(string reference) => new() { ["type"] = "library", ["bom-ref"] = reference };

    private string In(string name) => Path.Combine(_home, name);
}
