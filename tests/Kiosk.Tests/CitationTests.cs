using System.Text.RegularExpressions;

namespace Kiosk.Tests;

/// <summary>A comment that names a document names one that the reader has.</summary>
public sealed partial class CitationTests
{
    private static readonly string[] Ours = ["src", "tests", "models", "hardware", "image-build"];

    private static readonly string[] Cites = [".cs", ".razor", ".js", ".css", ".sh", ".py", ".proto", ".csproj"];

    private static readonly string[] Built = ["bin", "obj", "artifacts", "node_modules"];

    /// <summary>This file writes names of documents that do not exist.</summary>
    private const string Itself = "tests/Kiosk.Tests/CitationTests.cs";

    [Fact]
    public void Every_cited_document_is_in_the_tree()
    {
        string root = Golden.Root();
        string[] files = [.. Files(root)];
        HashSet<string> documents = [.. files.Where(file => file.EndsWith(".md", StringComparison.OrdinalIgnoreCase))];
        string[] citing = [.. files.Where(file => file != Itself && (file == "dev" || Cites.Contains(Path.GetExtension(file))))];
        Assert.True(documents.Count > 10 && citing.Length > 300, "the search found too few files to be right");
        string[] missing = [.. citing.SelectMany(file => Missing(file, File.ReadAllText(Path.Combine(root, file)), documents))];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Theory]
    [InlineData("src/A/B/One.cs", "// see README.md", true)]
    [InlineData("src/A/B/One.cs", "// see A/README.md", false)]
    [InlineData("src/A/B/One.cs", "// see src/A/B/README.md", true)]
    [InlineData("src/A/One.cs", "// see B/README.md", true)]
    [InlineData("src/C/One.cs", "// see ../A/B/README.md", true)]
    [InlineData("src/C/One.cs", "// see README.md", false)]
    [InlineData("src/C/One.cs", "// see visit.md", true)]
    [InlineData("src/C/One.cs", "// (card.md 4)", false)]
    [InlineData("src/C/One.cs", "// https://example.org/README.md", true)]
    [InlineData("src/C/One.cs", "// any *.md", true)]
    [InlineData("src/C/One.sh", "cp $here/visit.md $out", true)]
    public void A_document_is_found_by_its_path_or_by_a_name_that_only_one_document_has(string file, string line, bool found)
    {
        HashSet<string> documents = ["src/A/B/README.md", "src/D/README.md", "src/A/visit.md"];
        Assert.Equal(found, !Missing(file, $"\n{line}\n", documents).Any());
        if (!found) Assert.StartsWith($"{file}:2: ", Missing(file, $"\n{line}\n", documents).Single(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Missing(string file, string text, HashSet<string> documents)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (Match cited in Document().Matches(AddressOrVariable().Replace(lines[i], "")))
            {
                if (!IsThere(file, cited.Value, documents)) yield return $"{file}:{i + 1}: {cited.Value} is not in the tree";
            }
        }
    }

    /// <summary>Beside the citing file, from the root, or by a file name that is unique.</summary>
    private static bool IsThere(string file, string cited, HashSet<string> documents)
    {
        string beside = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(file)!, cited)));
        return documents.Contains(beside) || documents.Contains(cited)
            || (!cited.Contains('/', StringComparison.Ordinal) && documents.Count(document => Path.GetFileName(document) == cited) == 1);
    }

    /// <summary>Source files, by their path from the root with "/".</summary>
    private static IEnumerable<string> Files(string root)
    {
        IEnumerable<string> inFolders = Ours.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        return Directory.EnumerateFiles(root).Concat(inFolders)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(Built).Any());
    }

    [GeneratedRegex(@"(?<![\w*/.-])(?:\.{1,2}/)*[\w-][\w./-]*\.md\b")]
    private static partial Regex Document();

    /// <summary>A web page is not in the tree; the folder in a shell script's variable is not known.</summary>
    [GeneratedRegex(@"https?://\S+|\$\{?\w+\}?/")]
    private static partial Regex AddressOrVariable();
}
