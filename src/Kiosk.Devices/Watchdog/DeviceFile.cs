using System.Runtime.InteropServices;
using Kiosk.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Watchdog;

/// <summary>The watchdog's device file. Opening it starts the watchdog's timer.</summary>
internal sealed partial class DeviceFile : IWatchdogFile
{
    private readonly SafeFileHandle _handle;

    public DeviceFile(string path)
    {
        try
        {
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.BoardDeviceMissing, $"watchdog {path}: {wrong.Message}", wrong);
        }
    }

    public int Ioctl(uint request, ref int argument) => Ioctl(_handle, request, ref argument);

    public bool Write(byte value)
    {
        ReadOnlySpan<byte> one = [value];
        unsafe
        {
            fixed (byte* at = one) return Write(_handle, at, 1) == 1;
        }
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, ref int argument);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial nint Write(SafeFileHandle file, byte* bytes, nuint count);
}
