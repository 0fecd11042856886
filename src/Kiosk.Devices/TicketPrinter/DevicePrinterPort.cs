using System.Runtime.InteropServices;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>
/// A printer at a device file of Linux, for example /dev/usb/lp0 of the usblp driver. Opened without blocking, so that a printer that hangs
/// holds nobody.
/// </summary>
internal sealed partial class DevicePrinterPort : IPrinterPort
{
    private const int ReadWrite = 2, NonBlocking = 0x800, Slice = 50;
    private const short PollIn = 1, PollOut = 4;

    private readonly int _fd;

    private DevicePrinterPort(int fd) => _fd = fd;

    /// <exception cref="IOException">It is missing, in use, or not allowed.</exception>
    public static DevicePrinterPort Open(string path) => Open(path, ReadWrite | NonBlocking) is >= 0 and int fd
        ? new(fd) : throw new IOException($"{path}: error {Marshal.GetLastPInvokeError()}");

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop) => Task.Run(() =>
    {
        byte[] rest = bytes.ToArray();
        while (rest.Length > 0)
        {
            Wait(PollOut, stop);
            nint written = Write(_fd, rest, (nuint)rest.Length);
            if (written < 0) throw new IOException($"write error {Marshal.GetLastPInvokeError()}");
            rest = rest[(int)written..];
        }
    }, stop);

    public Task<int> ReadAsync(Memory<byte> to, CancellationToken stop) => Task.Run(() =>
    {
        byte[] bytes = new byte[to.Length];
        while (true)
        {
            Wait(PollIn, stop);
            nint got = Read(_fd, bytes, (nuint)bytes.Length);
            if (got < 0) throw new IOException($"read error {Marshal.GetLastPInvokeError()}");
            // usblp returns 0 while the printer has nothing to say.
            if (got == 0 && stop.WaitHandle.WaitOne(Slice)) stop.ThrowIfCancellationRequested();
            if (got == 0) continue;
            bytes.AsSpan(0, (int)got).CopyTo(to.Span);
            return (int)got;
        }
    }, stop);

    public void Dispose() => _ = Close(_fd);

    private void Wait(short events, CancellationToken stop)
    {
        PollFd poll = new() { Fd = _fd, Events = events };
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            int ready = Poll(ref poll, 1, Slice);
            if (ready < 0) throw new IOException($"poll error {Marshal.GetLastPInvokeError()}");
            if ((poll.Returned & events) != 0) return;
            if (ready > 0) throw new IOException("the printer is gone");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd fds, nuint count, int milliseconds);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int fd, [Out] byte[] buffer, nuint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, byte[] buffer, nuint count);
}
