using Mono.Cecil;

namespace Kiosk.Tests.Architecture;

public sealed class FolderCircleTests
{
    /// <summary>
    /// Without Kiosk.Core: Visit.cs stands at its root and uses Cards, Faces and Reception, which use Failure and Secret of the root.
    /// To end that circle, Failure and Secret must move into a folder of their own.
    /// </summary>
    public static TheoryData<string> Shipped => [.. ShippedPrograms.Projects.Keys.Where(project => project != "Kiosk.Core")];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string project)
    {
        using ModuleDefinition module = ShippedPrograms.Open(ShippedPrograms.Projects[project]);
        IReadOnlyList<string> circles = FolderGraph.For(module, project).Circles();
        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }
}
