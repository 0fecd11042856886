using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Files in folders that other programs and users write to. Only a regular file is opened: a link could name any file of this machine,
/// and a named pipe or a device could block the reception for ever or answer without end.
/// </summary>
internal static partial class PlainFile
{
    // linux/stat.h and linux/fcntl.h; the layout of statx is the same on every processor (statx(2)).
    private const int AtCurrentFolder = -100, AtNoFollow = 0x100, AtEmptyPath = 0x1000;
    private const uint WantType = 1;
    private const int StatxBytes = 256, ModeAt = 28;
    private const int TypeMask = 0xF000, RegularFile = 0x8000;

    // bits/fcntl.h: O_RDONLY is 0. O_NOFOLLOW differs between processors.
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;
    private static readonly int _noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64
        ? 0x8000 : 0x20000;

    /// <summary>What stands under this name, without opening it and without following a link.</summary>
    /// <returns>False: a link, a folder, a pipe, a socket or a device, or nothing at all.</returns>
    public static bool IsRegular(string path)
    {
        if (OperatingSystem.IsLinux()) return IsRegularFile(AtCurrentFolder, path, AtNoFollow);
        FileInfo file = new(path);
        return file.Exists && (file.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Directory | FileAttributes.Device)) == 0;
    }

    /// <param name="most">Limit in bytes.</param>
    /// <returns>The content, but never more than one byte over <paramref name="most"/>.</returns>
    /// <exception cref="IOException">Not a regular file, gone, or locked by its writer.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read it.</exception>
    public static byte[] Read(string path, int most)
    {
        if (!IsRegular(path)) throw new IOException("not a regular file");
        using SafeFileHandle file = OperatingSystem.IsLinux() ? OpenOnLinux(path) : File.OpenHandle(path);
        byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), most + 1L)];
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is var n and > 0) read += n;
        return bytes[..read];
    }

    /// <summary>Writes a new file and syncs it. What stands under the name is deleted first, never written through.</summary>
    /// <exception cref="IOException">Folder missing, disk full, or a folder of this name.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        File.Delete(path);
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static SafeFileHandle OpenOnLinux(string path)
    {
        // What was looked at may have been replaced since: the opened file is looked at again. Opening a pipe so does not block.
        SafeFileHandle file = open(path, NonBlocking | CloseOnExec | _noFollow);
        int error = Marshal.GetLastPInvokeError();
        if (file.IsInvalid)
        {
            file.Dispose();
            const int NoPermission = 13;
            throw error == NoPermission ? new UnauthorizedAccessException(path) : new IOException($"{path}: errno {error}");
        }

        try
        {
            if (!IsRegularFile((int)file.DangerousGetHandle(), "", AtEmptyPath)) throw new IOException("not a regular file");
            // A writer of this runtime locks its file (FileShare.None); File.OpenHandle would respect that.
            const int Shared = 1, DoNotWait = 4;
            if (flock(file, Shared | DoNotWait) != 0) throw new IOException("locked by its writer");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool IsRegularFile(int folder, string path, int flags)
    {
        Span<byte> found = stackalloc byte[StatxBytes];
        return statx(folder, path, flags, WantType, ref MemoryMarshal.GetReference(found)) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(found[ModeAt..]) & TypeMask) == RegularFile;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int folder, string path, int flags, uint wanted, ref byte found);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int flock(SafeFileHandle file, int operation);
}
