using System.Xml.Linq;
using Mono.Cecil;

namespace Kiosk.Tests.Architecture;

/// <summary>The projects that ship, as source folders and as the assemblies built from them.</summary>
internal static class ShippedPrograms
{
    /// <summary>Project name and assembly name.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = new Dictionary<string, string>
    {
        ["Kiosk.Core"] = "Kiosk.Core",
        ["Kiosk.Contract"] = "Kiosk.Contract",
        ["Kiosk.Devices"] = "Kiosk.Devices",
        ["Kiosk.App"] = "kiosk",
        ["Kiosk.ReceptionTerminal"] = "reception",
    };

    /// <summary>Assemblies that never ship.</summary>
    public static IReadOnlyList<string> Laboratory { get; } = ["Kiosk.Simulators", "kiosk-lab"];

    public static string Source => Path.Combine(Golden.Root(), "src");

    /// <summary>Disposed by the caller.</summary>
    public static ModuleDefinition Open(string assembly) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

    public static string ProjectFile(string project) => Path.Combine(Source, project, project + ".csproj");

    /// <summary>Names of the projects that a project references.</summary>
    public static IReadOnlyList<string> ProjectReferences(string project) =>
    [
        .. XDocument.Load(ProjectFile(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
    ];
}
