namespace Kiosk.Journeys;

public static class Repository
{
    /// <summary>The folder of Kiosk.sln.</summary>
    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Up(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kiosk.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("Kiosk.sln");
    }
}
