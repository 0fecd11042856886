using System.Xml.Linq;
using Mono.Cecil;

namespace Kiosk.Tests.Architecture;

/// <summary>What ships carries no simulator and no laboratory, and is the same in Debug and in Release.</summary>
public sealed class ShippedTests
{
    public static TheoryData<string> Shipped => [.. ShippedPrograms.Projects.Keys];

    /// <summary>All project and property files.</summary>
    private static IEnumerable<string> BuildFiles =>
        new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Golden.Root(), folder), "*.*proj", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Golden.Root(), "*.props")).Concat(Directory.EnumerateFiles(Golden.Root(), "*.targets"));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void The_assembly_and_all_it_references_know_nothing_of_the_laboratory(string project)
    {
        HashSet<string> seen = [];
        Queue<string> open = new([ShippedPrograms.Projects[project]]);
        while (open.TryDequeue(out string? name))
        {
            if (!seen.Add(name)) continue;
            using ModuleDefinition module = ShippedPrograms.Open(name);
            foreach (AssemblyNameReference next in module.AssemblyReferences)
                if (next.Name.StartsWith("kiosk", StringComparison.OrdinalIgnoreCase) || next.Name == "reception") open.Enqueue(next.Name);
        }

        Assert.DoesNotContain(seen, ShippedPrograms.Laboratory.Contains);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void The_project_and_all_it_references_know_nothing_of_the_laboratory(string project)
    {
        Assert.True(File.Exists(ShippedPrograms.ProjectFile(project)));
        HashSet<string> seen = [];
        Queue<string> open = new([project]);
        while (open.TryDequeue(out string? name))
            if (seen.Add(name)) foreach (string next in ShippedPrograms.ProjectReferences(name)) open.Enqueue(next);
        Assert.Subset(new HashSet<string>(ShippedPrograms.Projects.Keys), seen);
    }

    [Fact]
    public void No_source_is_compiled_for_one_configuration_only()
    {
        foreach (string file in Directory.EnumerateFiles(ShippedPrograms.Source, "*.cs", SearchOption.AllDirectories))
        {
            Assert.All(
                File.ReadLines(file), line =>
                Assert.False(line.TrimStart().StartsWith("#if", StringComparison.Ordinal), $"{file}: {line}"));
        }

        // In two parts, so that this file does not contain it.
        const string Trick = "Default" + "ItemExcludes";
        foreach (string file in BuildFiles)
        {
            Assert.DoesNotContain(Trick, File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain("SIMULATORS", File.ReadAllText(file), StringComparison.Ordinal);
            foreach (XElement element in XDocument.Load(file).Descendants())
            {
                if (element.Attribute("Condition")?.Value.Contains("$(Configuration)", StringComparison.Ordinal) != true) continue;
                IEnumerable<string> conditional = element.DescendantsAndSelf().Select(e => e.Name.LocalName);
                Assert.DoesNotContain(
                    conditional, name => name is "Compile" or "DefineConstants" or "ProjectReference" or "PackageReference" or "Import");
            }
        }
    }

    [Fact]
    public void No_folder_of_simulated_devices_is_left()
    {
        string[] all = Directory.GetDirectories(ShippedPrograms.Source, "*", SearchOption.AllDirectories);
        Assert.DoesNotContain(all, folder => Path.GetFileName(folder) == "Simulated");
    }
}
