namespace Kiosk.Devices.Pictures;

/// <summary>Finds files and folders above or beside the program on a developer's machine.</summary>
internal static class ParentFolders
{
    /// <summary>The file or folder at this relative path in the nearest parent folder; null if there is none.</summary>
    public static string? Above(string start, string relative)
    {
        for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, relative);
            if (Path.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>The folders at this relative path beside <paramref name="root"/>, or one level higher (git worktrees).</summary>
    public static IEnumerable<string> Folders(string root, string relative)
    {
        foreach (string up in (string[])["..", Path.Combine("..", "..")])
        {
            string path = Path.GetFullPath(Path.Combine(root, up, relative));
            if (Directory.Exists(path)) yield return path;
        }
    }
}
