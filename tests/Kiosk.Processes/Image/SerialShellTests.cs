using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.Processes.Image;

/// <summary>
/// Commands over the serial line to the image in QEMU: an empty answer, no answer and a damaged answer are told apart. The cases are in
/// <c>serial_shell_tests.py</c>, beside the language of what they test; they need no QEMU.
/// </summary>
public sealed partial class SerialShellTests
{
    [SkippableTheory]
    [InlineData("ParsingOfAnswers", 12)]
    [InlineData("CommandsOverALine", 13)]
    [InlineData("CommandLine", 2)]
    public void Answers_are_told_apart_on_a_line_that_loses_and_adds_bytes(string group, int tests)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("python3"), "needs python3 and a pseudo terminal");
        string cases = Path.Combine(Shell.Root, "tests/Kiosk.Processes/Image/serial_shell_tests.py");
        (int exit, string output) = Shell.Run("python3", [cases, group]);
        Assert.True(exit == 0, output);
        Match ran = TestCount().Match(output);
        Assert.Equal(tests, int.Parse(ran.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Ran (\d+) tests")]
    private static partial Regex TestCount();
}
