using System.Runtime.InteropServices;
using System.Text;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>PC/SC through libpcsclite.so.1 or winscard.dll.</summary>
public sealed unsafe class NativePcsc : IPcsc
{
    private const uint ScopeSystem = 2;
    private const uint ShareExclusive = 1;
    private const uint ProtocolT0 = 1;
    private const uint ProtocolT1 = 2;
    private const uint LeaveCard = 0;
    private const uint UnpowerCard = 2;

    public uint EstablishContext(out nint context)
    {
        nint made = 0;
        uint code = Code(WinScard.SCardEstablishContext(new CULong(ScopeSystem), null, null, &made));
        context = made;
        return code;
    }

    public uint ReleaseContext(nint context) => Code(WinScard.SCardReleaseContext(context));

    public uint ListReaders(nint context, Span<byte> names, out int length)
    {
        if (OperatingSystem.IsWindows()) return ListOnWindows(context, names, out length);
        CULong bytes = new((uint)names.Length);
        fixed (byte* at = names)
        {
            uint code = Code(WinScard.SCardListReaders(context, null, at, &bytes));
            length = (int)bytes.Value;
            return code;
        }
    }

    public uint GetStatusChange(nint context, TimeSpan timeout, Span<ReaderWatch> readers)
    {
        CULong milliseconds = new((uint)timeout.TotalMilliseconds);
        nint* names = stackalloc nint[readers.Length];
        try
        {
            for (int i = 0; i < readers.Length; i++)
            {
                names[i] = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(readers[i].Name)
                    : Marshal.StringToCoTaskMemUTF8(readers[i].Name);
            }

            return OperatingSystem.IsWindows()
                ? OnWindows(context, milliseconds, readers, names)
                : OnLinux(context, milliseconds, readers, names);
        }
        finally
        {
            for (int i = 0; i < readers.Length; i++) Marshal.FreeCoTaskMem(names[i]);
        }
    }

    public uint Cancel(nint context) => Code(WinScard.SCardCancel(context));

    public uint Connect(nint context, string reader, out nint card, out bool isT1)
    {
        CULong share = new(ShareExclusive);
        CULong protocols = new(ProtocolT0 | ProtocolT1);
        nint made = 0;
        CULong agreed = default;
        uint code;
        if (OperatingSystem.IsWindows())
        {
            fixed (char* at = reader) code = Code(WinScard.SCardConnectW(context, at, share, protocols, &made, &agreed));
        }
        else
        {
            byte[] name = [.. Encoding.UTF8.GetBytes(reader), 0];
            fixed (byte* at = name) code = Code(WinScard.SCardConnect(context, at, share, protocols, &made, &agreed));
        }

        card = made;
        isT1 = agreed.Value == ProtocolT1;
        return code;
    }

    public uint Reconnect(nint card, out bool isT1)
    {
        CULong agreed = default;
        uint code = Code(WinScard.SCardReconnect(
            card, new CULong(ShareExclusive), new CULong(ProtocolT0 | ProtocolT1), new CULong(LeaveCard), &agreed));
        isT1 = agreed.Value == ProtocolT1;
        return code;
    }

    public uint BeginTransaction(nint card) => Code(WinScard.SCardBeginTransaction(card));

    public uint EndTransaction(nint card) => Code(WinScard.SCardEndTransaction(card, new CULong(LeaveCard)));

    public uint Disconnect(nint card) => Code(WinScard.SCardDisconnect(card, new CULong(UnpowerCard)));

    public uint Transmit(nint card, bool isT1, ReadOnlySpan<byte> command, Span<byte> response, out int length)
    {
        WinScard.IoRequest header = new()
        {
            Protocol = new CULong(isT1 ? ProtocolT1 : ProtocolT0),
            Length = new CULong((uint)sizeof(WinScard.IoRequest)),
        };
        CULong bytes = new((uint)response.Length);
        fixed (byte* tx = command, rx = response)
        {
            uint code = Code(WinScard.SCardTransmit(card, &header, tx, new CULong((uint)command.Length), null, rx, &bytes));
            length = code == PcscCode.Success ? (int)bytes.Value : 0;
            return code;
        }
    }

    /// <summary>Windows counts characters. What it gives is turned into UTF-8, which may be longer than the caller's buffer.</summary>
    private static uint ListOnWindows(nint context, Span<byte> names, out int length)
    {
        CULong characters = new((uint)names.Length);
        char[] list = new char[names.Length];
        uint code;
        fixed (char* at = list) code = Code(WinScard.SCardListReadersW(context, null, at, &characters));
        int found = (int)characters.Value;
        // Asked for the length only: a character of the Basic Multilingual Plane has at most three bytes in UTF-8.
        length = names.IsEmpty || code != PcscCode.Success ? found * 3 : Encoding.UTF8.GetByteCount(list, 0, Math.Min(found, list.Length));
        if (code != PcscCode.Success || names.IsEmpty) return code;
        if (length > names.Length) return PcscCode.InsufficientBuffer;
        Encoding.UTF8.GetBytes(list.AsSpan(0, Math.Min(found, list.Length)), names);
        return code;
    }

    private static uint OnLinux(nint context, CULong timeout, Span<ReaderWatch> readers, nint* names)
    {
        WinScard.LinuxReaderState* states = stackalloc WinScard.LinuxReaderState[readers.Length];
        for (int i = 0; i < readers.Length; i++)
            states[i] = new() { Reader = (byte*)names[i], Current = new CULong((uint)readers[i].Current) };
        uint code = Code(WinScard.SCardGetStatusChange(context, timeout, states, new CULong((uint)readers.Length)));
        for (int i = 0; i < readers.Length; i++) readers[i].Seen = (ReaderStates)(uint)states[i].Event.Value;
        return code;
    }

    private static uint OnWindows(nint context, CULong timeout, Span<ReaderWatch> readers, nint* names)
    {
        WinScard.WindowsReaderState* states = stackalloc WinScard.WindowsReaderState[readers.Length];
        for (int i = 0; i < readers.Length; i++)
            states[i] = new() { Reader = (char*)names[i], Current = new CULong((uint)readers[i].Current) };
        uint code = Code(WinScard.SCardGetStatusChangeW(context, timeout, states, new CULong((uint)readers.Length)));
        for (int i = 0; i < readers.Length; i++) readers[i].Seen = (ReaderStates)(uint)states[i].Event.Value;
        return code;
    }

    private static uint Code(CLong result) => unchecked((uint)result.Value);
}
