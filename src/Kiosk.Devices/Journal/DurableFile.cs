using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Journal;

/// <summary>What .NET has no call for: data to the disk without the file's times, and a folder's own entry to the disk.</summary>
internal static partial class DurableFile
{
    private const int Eintr = 4;

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

    /// <summary>A new file's name survives a power cut only after its folder was synced. Windows has no such call and needs none (NTFS logs it).</summary>
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
