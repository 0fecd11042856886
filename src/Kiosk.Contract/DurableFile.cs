using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Contract;

/// <summary>
/// Writes that survive a power cut. .NET has no call for two of the steps: data to the disk without the file's times, and a
/// folder's own entry to the disk. Here because both programs need it and share no other assembly that may touch files.
/// </summary>
public static partial class DurableFile
{
    private const int Eintr = 4;

    /// <summary>
    /// Makes or replaces a file as a whole: after a power cut or on a full disk there is either the old content or the new one.
    /// Writes <c>PATH.tmp</c> first, syncs it, renames it, and syncs the folder.
    /// </summary>
    /// <param name="mode">Permissions on Linux; null: what the umask gives.</param>
    /// <exception cref="IOException">Not written; what was there is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null) =>
        WriteAndRename(path, path + ".tmp", content, mode, overwrite: true);

    /// <summary>The same, but an existing file is never replaced. Safe when two programs try it at once: one of them fails.</summary>
    /// <exception cref="IOException">It is there already, or could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null) =>
        WriteAndRename(path, $"{path}.{Guid.NewGuid():N}.tmp", content, mode, overwrite: false);

    /// <summary>Returns when the bytes are on the disk: fdatasync on Linux, FlushFileBuffers on Windows.</summary>
    /// <exception cref="IOException">They may not be; treat the write as failed.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (FDataSync(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Eintr) throw new IOException("fdatasync: " + new Win32Exception(error).Message);
        }
    }

    /// <summary>
    /// A new file's name survives a power cut only after its folder was synced. Windows has no such call and needs none: NTFS
    /// logs it.
    /// </summary>
    /// <exception cref="IOException">The name may be lost in a power cut.</exception>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        // O_RDONLY is enough for fsync on a directory, on every architecture.
        int fd = Open(folder, 0);
        int synced = fd < 0 ? -1 : FSync(fd);
        int error = Marshal.GetLastPInvokeError();
        if (fd >= 0) _ = Close(fd);
        if (synced != 0) throw new IOException("fsync of the folder: " + new Win32Exception(error).Message);
    }

    private static void WriteAndRename(string path, string temporary, ReadOnlySpan<byte> content, UnixFileMode? mode, bool overwrite)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (mode is { } wanted && !OperatingSystem.IsWindows()) options.UnixCreateMode = wanted;
        using (FileStream file = new(temporary, options))
        {
            // The mode above counts only for a file that is made now, not for one that a crash left behind.
            if (mode is { } exact && !OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, exact);
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int fd);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int fd);
}
