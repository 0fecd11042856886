using System.Text;

namespace Kiosk.Windows;

/// <summary>kiosk.exe as a program in a console: the short part, which <c>./dev test</c> runs where Wine is installed.</summary>
[Collection(Wine.Collection)]
public sealed class ProgramTests
{
    public ProgramTests(Wine wine) => Skip.IfNot(wine.Missing is null, wine.Missing);

    [SkippableFact]
    public void A_broken_configuration_is_refused_in_one_line_with_Japanese_letters()
    {
        string file = Path.Combine(Wine.Drive, "broken 設定.json");
        File.WriteAllText(file, """{ "card": { "trust": 1 } }""");
        ProgramEnd end = Wine.Run(Wine.ProgramFile("kiosk"), "run", "--config", @"c:\BROKEN 設定.JSON");
        Assert.Equal(2, end.Exit);
        string line = Assert.Single(end.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("K608 ConfigBroken: ", line, StringComparison.Ordinal);
        Assert.Contains("card.trust", line, StringComparison.Ordinal);
        Assert.Contains("設定ファイルに誤りがあります", line, StringComparison.Ordinal);
        Assert.Equal("", end.Output);
    }

    [SkippableFact]
    public void The_models_are_listed_by_their_Windows_paths()
    {
        ProgramEnd end = Wine.Run(Wine.ProgramFile("kiosk"), "models", "list");
        Assert.Contains("blazeface", end.Output, StringComparison.Ordinal);
    }

    /// <summary>932 is the code page of a Japanese console; 437 cannot show Japanese.</summary>
    [SkippableTheory]
    [InlineData(932, 932)]
    [InlineData(65001, 65001)]
    [InlineData(437, 65001)]
    public void Output_is_in_the_consoles_own_code_page_or_in_UTF8_and_the_console_keeps_its_page(int page, int written)
    {
        string program = Wine.ToWindows(Wine.ProgramFile("kiosk"));
        File.WriteAllText(Path.Combine(Wine.Drive, "page.bat"),
            $"@chcp {page} >nul\r\n@\"{program}\" --help >c:\\help.txt\r\n@chcp >c:\\after.txt\r\n");
        Wine.RunInConsole(@"c:\page.bat");
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        string help = File.ReadAllText(Path.Combine(Wine.Drive, "help.txt"), Encoding.GetEncoding(written));
        Assert.Contains("顔認証付きカードリーダー", help, StringComparison.Ordinal);
        string after = File.ReadAllText(Path.Combine(Wine.Drive, "after.txt"));
        Assert.EndsWith($" {page}", after.TrimEnd(), StringComparison.Ordinal);
    }
}
