using System.Text;

namespace Kiosk.Contract;

/// <summary>
/// Files with keys, password hashes or tokens: only the account that runs the program may read them (mode 0600 on Linux; on
/// Windows the rights of the folder count), and they survive a power cut (<see cref="DurableFile.Replace"/>).
/// </summary>
public static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes or replaces the file.</summary>
    /// <exception cref="IOException">Not written; what was there is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content) => DurableFile.Replace(path, content, OwnerOnly);

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes the file, never replaces one: two programs that make the same key at once must not lose one of them.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content) => DurableFile.Create(path, content, OwnerOnly);

    /// <summary>Makes a folder for such files when it is missing, mode 0700 on Linux.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
