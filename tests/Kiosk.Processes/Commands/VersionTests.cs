using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kiosk.App.Health;
using Kiosk.Tests;

namespace Kiosk.Processes.Commands;

/// <summary>One property says the version; programs, health page and changelog agree.</summary>
public sealed partial class VersionTests
{
    private static string Version { get; } =
        XDocument.Load(Path.Combine(Golden.Root(), "Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void The_health_page_shows_it() => Assert.Equal(Version, HealthBoard.ProductVersion);

    [Fact]
    public void The_changelog_begins_with_it() =>
        Assert.Equal(Version, Release().Match(File.ReadAllText(Path.Combine(Golden.Root(), "CHANGELOG.md"))).Groups["version"].Value);

    [Theory]
    [InlineData("kiosk")]
    [InlineData("kiosk-lab")]
    [InlineData("reception")]
    public async Task A_program_says_it_and_the_commit_it_was_built_from(string program)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, program + ".dll"), "--version"];
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.Matches($@"^{Regex.Escape(Version)}(\+[0-9a-f]{{40}})?$", said.Trim());
    }

    [GeneratedRegex(@"^## (?<version>\d+\.\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Release();
}
