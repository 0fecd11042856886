using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Journal;

/// <summary>File operations that .NET does not offer: write a file's data, and a folder's entries, to the disk.</summary>
internal static partial class DurableFile
{
    private const int Eintr = 4;

    /// <summary>Returns when the bytes are on the disk: fdatasync on Linux, FlushFileBuffers on Windows.</summary>
    /// <exception cref="IOException">The bytes may not be on the disk; treat the write as failed.</exception>
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

    /// <summary>The name of a new file survives a power cut only if its folder was synced. Windows has no such call and needs none, because
    /// NTFS logs it.</summary>
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
