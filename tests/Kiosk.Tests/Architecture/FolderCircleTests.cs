using Mono.Cecil;

namespace Kiosk.Tests.Architecture;

public sealed class FolderCircleTests
{
    public static TheoryData<string> Shipped => [.. ShippedPrograms.Projects.Keys];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string project)
    {
        using ModuleDefinition module = ShippedPrograms.Open(ShippedPrograms.Projects[project]);
        IReadOnlyList<string> circles = FolderGraph.For(module, project).Circles();
        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }
}
