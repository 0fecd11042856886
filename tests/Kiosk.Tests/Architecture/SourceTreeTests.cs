using System.Text.RegularExpressions;

namespace Kiosk.Tests.Architecture;

/// <summary>Rules of the source tree itself.</summary>
public sealed partial class SourceTreeTests
{
    private const int Columns = 140;

    [Fact]
    public void The_root_of_the_kiosk_program_has_at_most_six_files()
    {
        string root = Path.Combine(ShippedPrograms.Source, "Kiosk.App");
        string[] files = [.. Directory.EnumerateFiles(root).Select(file => Path.GetFileName(file))];
        Assert.True(files.Length <= 6, string.Join(", ", files));
    }

    [Fact]
    public void No_line_is_longer_than_140_columns()
    {
        List<string> longer = [];
        foreach (string file in Sources())
        {
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                if (line.Length > Columns) longer.Add($"{Path.GetRelativePath(Golden.Root(), file)}:{number} ({line.Length})");
            }
        }

        IEnumerable<string> counts = longer.GroupBy(line => string.Join('/', line.Split('/')[..2]))
            .Select(group => $"{group.Key}: {group.Count()}");
        string perProject = string.Join('\n', counts);
        Assert.True(longer.Count == 0, $"{longer.Count} lines\n{perProject}\n{string.Join('\n', longer)}");
    }

    /// <summary>
    /// README's table has one row for each project, <c>| `src/Kiosk.X` | ... |</c>; its second column names every folder of the
    /// project in backticks, in the order in which a reader meets them.
    /// </summary>
    [Fact]
    public void The_table_of_README_names_every_folder_that_is_there_and_no_other()
    {
        Dictionary<string, HashSet<string>> rows = Row().Matches(File.ReadAllText(Path.Combine(Golden.Root(), "README.md"))).ToDictionary(
            row => row.Groups["project"].Value,
            row => Folder().Matches(row.Groups["text"].Value).Select(name => name.Groups["name"].Value).ToHashSet());
        string[] projects = Folders(ShippedPrograms.Source);
        Assert.Equal(projects, rows.Keys.Order(StringComparer.Ordinal));
        foreach (string project in projects)
        {
            // The project's name in front, so that a failure says which it is.
            string[] there = Folders(Path.Combine(ShippedPrograms.Source, project));
            Assert.Equal([project, .. there], [project, .. rows[project].Order(StringComparer.Ordinal)]);
        }
    }

    private static string[] Folders(string parent) =>
        [.. Directory.EnumerateDirectories(parent).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Sources() => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Golden.Root(), folder), "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"^\| `src/(?<project>Kiosk\.\w+)` \| (?<text>.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A folder's name begins with a capital and has no dot; and the pages' folder.</summary>
    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z]+|wwwroot)`")]
    private static partial Regex Folder();
}
