using System.Diagnostics.CodeAnalysis;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>SCARD_STATE_*. The upper 16 bits count insertions and removals. None is SCARD_STATE_UNAWARE: the service reports every
/// state.</summary>
[Flags]
[SuppressMessage("Design", "CA1028", Justification = "A DWORD whose top bit is part of a counter.")]
public enum ReaderStates : uint
{
    None = 0,
    Ignore = 0x0001,
    Changed = 0x0002,
    Unknown = 0x0004,
    Unavailable = 0x0008,
    Empty = 0x0010,
    Present = 0x0020,
    Mute = 0x0200,
}

/// <summary>One entry of SCardGetStatusChange.</summary>
/// <param name="Current">The state that the caller knows: the last <paramref name="Seen"/>, including the counter.</param>
/// <param name="Seen">The state that the service returns.</param>
public record struct ReaderWatch(string Name, ReaderStates Current, ReaderStates Seen)
{
    /// <summary>Insertions and removals since the service found the reader.</summary>
    public readonly int Events => (int)((uint)Seen >> 16);

    public readonly bool IsPresent => Seen.HasFlag(ReaderStates.Present);

    /// <summary>The entry for the next call: the returned state is now the known one.</summary>
    public readonly ReaderWatch Next => this with { Current = Seen & ~ReaderStates.Changed };
}

/// <summary>
/// The operating system's PC/SC with as little code as possible: return codes are not changed, so that tests can inject any code. All
/// calls block; only <see cref="Cancel"/> may be called from another thread.
/// </summary>
public interface IPcsc
{
    uint EstablishContext(out nint context);

    uint ReleaseContext(nint context);

    /// <param name="names">Zero-separated names. An empty span asks only for the length.</param>
    /// <param name="length">Bytes needed or written.</param>
    uint ListReaders(nint context, Span<byte> names, out int length);

    uint GetStatusChange(nint context, TimeSpan timeout, Span<ReaderWatch> readers);

    /// <summary>Ends a GetStatusChange that is waiting; has no effect on one that has not begun.</summary>
    uint Cancel(nint context);

    /// <summary>Exclusive, T=0 or T=1.</summary>
    /// <param name="isT1">Protocol in use: true T=1, false T=0.</param>
    uint Connect(nint context, string reader, out nint card, out bool isT1);

    /// <summary>SCARD_LEAVE_CARD, exclusive: the handle of a card that was reset or has lost its power can be used again.</summary>
    /// <param name="isT1">Protocol in use: true T=1, false T=0.</param>
    uint Reconnect(nint card, out bool isT1);

    uint BeginTransaction(nint card);

    /// <summary>SCARD_LEAVE_CARD.</summary>
    uint EndTransaction(nint card);

    /// <summary>SCARD_UNPOWER_CARD: the only way to make a card forget a verified PIN.</summary>
    uint Disconnect(nint card);

    /// <param name="length">Bytes of the response.</param>
    uint Transmit(nint card, bool isT1, ReadOnlySpan<byte> command, Span<byte> response, out int length);
}
