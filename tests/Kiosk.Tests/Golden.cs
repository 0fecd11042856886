namespace Kiosk.Tests;

/// <summary>Compares with a committed file; <c>APPROVE=1</c> rewrites it, and the diff is read like code.</summary>
internal static class Golden
{
    public static void Matches(string path, string actual)
    {
        string file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }
        Assert.True(File.Exists(file), $"{path} is missing; APPROVE=1 writes it");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    /// <summary>The repository's folder, found from the tests' output folder (sources are path-mapped).</summary>
    public static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Kiosk.sln"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("Kiosk.sln not found above the tests");
    }
}
