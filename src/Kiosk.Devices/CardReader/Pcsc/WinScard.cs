using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Imports of PC/SC. DWORD and LONG are <see cref="CULong"/> and <see cref="CLong"/> (8 bytes on Linux x64, 4 on Windows), handles are
/// <see cref="nint"/>, so one set of signatures works on both. Functions with names are the ones with the suffix W (UTF-16) on Windows:
/// the suffix A would lose what the code page of the system does not have. On Linux they have no suffix, and names are UTF-8.
/// </summary>
internal static unsafe partial class WinScard
{
    private const string Library = "winscard";
    private const DllImportSearchPath Search = DllImportSearchPath.System32 | DllImportSearchPath.SafeDirectories;

#pragma warning disable CA2255 // The resolver must be set before the first import is used, whoever uses it.
    [ModuleInitializer]
    internal static void ResolveLibrary() => NativeLibrary.SetDllImportResolver(typeof(WinScard).Assembly, Resolve);
#pragma warning restore CA2255

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardEstablishContext(CULong scope, void* reserved1, void* reserved2, nint* context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardReleaseContext(nint context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardListReaders(nint context, byte* groups, byte* readers, CULong* length);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardListReadersW(nint context, char* groups, char* readers, CULong* length);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardGetStatusChange(nint context, CULong timeoutMs, LinuxReaderState* states, CULong count);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardGetStatusChangeW(nint context, CULong timeoutMs, WindowsReaderState* states, CULong count);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardCancel(nint context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardConnect(nint context, byte* reader, CULong share, CULong protocols, nint* card, CULong* active);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardConnectW(nint context, char* reader, CULong share, CULong protocols, nint* card, CULong* active);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardDisconnect(nint card, CULong disposition);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardReconnect(nint card, CULong share, CULong protocols, CULong initialization, CULong* active);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardBeginTransaction(nint card);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardEndTransaction(nint card, CULong disposition);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(Search)]
    internal static partial CLong SCardTransmit(
        nint card, IoRequest* send, byte* command, CULong length, IoRequest* receive, byte* response, CULong* responseLength);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library && OperatingSystem.IsLinux() ? NativeLibrary.Load("libpcsclite.so.1", assembly, path) : 0;

    /// <summary>SCARD_IO_REQUEST. Filled here, so that g_rgSCardT1Pci need not be imported. 16 bytes on Linux x64, 8 on Windows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoRequest
    {
        public CULong Protocol;
        public CULong Length;
    }

    /// <summary>SCARD_READERSTATE, 80 bytes on Linux x64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinuxReaderState
    {
        public byte* Reader;
        public void* UserData;
        public CULong Current;
        public CULong Event;
        public CULong AtrLength;
        public Atr33 Atr;
    }

    /// <summary>SCARD_READERSTATEW, 64 bytes on Windows x64. The ATR has 36 bytes there.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowsReaderState
    {
        public char* Reader;
        public void* UserData;
        public CULong Current;
        public CULong Event;
        public CULong AtrLength;
        public Atr36 Atr;
    }

    [InlineArray(33)]
    internal struct Atr33
    {
        private byte _first;
    }

    [InlineArray(36)]
    internal struct Atr36
    {
        private byte _first;
    }
}
