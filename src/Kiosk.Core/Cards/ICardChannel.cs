namespace Kiosk.Core.Cards;

/// <summary>
/// A powered card: command APDU in, response APDU out. Not thread-safe: <see cref="CardSession"/> calls it one at a time.
/// Dispose powers the card off, so that no verified PIN survives (card.md 6, soltia <c>transport/pcsc.rs</c>).
/// </summary>
public interface ICardChannel : IDisposable
{
    /// <summary>Whether extended length may be tried at all: false on T=0, where it hangs the reader (card.md 10).</summary>
    bool MayCarryExtendedLength { get; }

    /// <summary>Sends one command and waits for its answer; never sends it twice.</summary>
    /// <param name="command">4 to 65,544 bytes; may hold a PIN: an implementation that copies it zeroes the copy.</param>
    /// <param name="response">Room for Le + 2 bytes.</param>
    /// <returns>Bytes of the response, status word included: at least 2.</returns>
    /// <exception cref="FailureException">CardMoved, CardSilent, CardUnreadable; the channel is of no use afterwards.</exception>
    int Transmit(ReadOnlySpan<byte> command, Span<byte> response);
}
