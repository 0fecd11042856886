using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Kiosk.Core.Failures;

namespace Kiosk.Tests;

public sealed partial class FailureCatalogueTests
{
    [Fact]
    public void The_committed_list_is_the_catalogue()
    {
        StringBuilder text = new("""
            # 失敗の一覧 / Every expected failure

            Drawn from `FailureCatalogue` and compared by a test (`APPROVE=1` redraws it). The patient's words are `failure.NAME` in
            `src/Kiosk.App/Screens/Texts`. "Exit" is the exit code of `./dev visit` when a visit ends this way.

            | Code | Name | 職員に見える文 | 対処 | Exit |
            |---|---|---|---|---|

            """);
        foreach (Failure failure in Enum.GetValues<Failure>())
        {
            FailureEntry entry = FailureCatalogue.EntryFor(failure);
            text.Append(CultureInfo.InvariantCulture, $"| {entry.Code} | {failure} | {entry.Staff} | {entry.Remedy} | {entry.Exit} |\n");
        }
        Golden.Matches("src/Kiosk.Core/Failures/failures.md", text.ToString());
    }

    [Fact]
    public void Codes_and_exit_codes_are_each_used_once_and_nothing_is_empty()
    {
        FailureEntry[] all = [.. Enum.GetValues<Failure>().Select(FailureCatalogue.EntryFor)];
        Assert.Equal(all.Length, all.Select(e => e.Code).Distinct().Count());
        Assert.Equal(all.Length, all.Select(e => e.Exit).Distinct().Count());
        Assert.All(all, e => Assert.True(e.Staff.Length > 3 && e.Remedy.Length > 3));
        Assert.All(all, e => Assert.InRange(e.Exit, 10, 69));
    }

    [Fact]
    public void Every_code_that_the_scripts_and_pages_of_the_device_show_is_in_the_catalogue()
    {
        string root = Path.Combine(Golden.Root(), "image-build", "overlay");
        HashSet<string> known = [.. Enum.GetValues<Failure>().Select(f => FailureCatalogue.EntryFor(f).Code)];
        HashSet<string> shown = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => new FileInfo(f) is { LinkTarget: null, Length: < 100_000 })
            .SelectMany(f => CodePattern().Matches(File.ReadAllText(f)).Select(m => m.Value))];
        Assert.Contains("K632", shown);
        Assert.Empty(shown.Except(known));
    }

    [GeneratedRegex(@"\bK[1-6][0-9]{2}\b")]
    private static partial Regex CodePattern();
}
