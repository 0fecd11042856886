using System.CommandLine;

namespace Kiosk.App.Commands;

/// <summary>What is wrong with an option is said before the command runs.</summary>
internal static class OptionChecks
{
    /// <summary>The option names a file that the command writes at its end. A bench of many minutes must not lose its figures because of a
    /// folder that is not there.</summary>
    public static Option<string?> NamesFileToWrite(this Option<string?> option)
    {
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string?>() is string file && WhyNot(file) is string why)
                given.AddError($"{option.Name} {file}: {why}");
        });
        return option;
    }

    private static string? WhyNot(string file)
    {
        if (file.Trim().Length == 0) return "a file name is needed";
        if (Directory.Exists(file)) return "is a folder; name a file";
        return Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder)
            ? $"the folder {folder} does not exist; make it first" : null;
    }
}
