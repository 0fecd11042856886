using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>
/// A card with power: a command APDU goes in, a response APDU comes out. Not thread-safe; <see cref="CardSession"/> makes one call at a
/// time. Dispose switches the power off, so that the card forgets a verified PIN (README.md section 7).
/// </summary>
public interface ICardChannel : IDisposable
{
    /// <summary>
    /// Whether extended length may be tried. False on T=0, where it blocked a reader for 3 s (README.md section 3).
    /// </summary>
    bool MayCarryExtendedLength { get; }

    /// <summary>
    /// Before the first command of a group that belongs together (one operation of a visit). No other program reaches the card until
    /// <see cref="EndGroup"/>. Windows resets a card after 5 s of silence within a group, so the patient is never waited for in one.
    /// </summary>
    /// <exception cref="CardInterruptedException">Reset: since the last group. The group has begun.</exception>
    /// <exception cref="FailureException">As <see cref="Transmit"/>.</exception>
    void BeginGroup()
    {
    }

    /// <summary>After the last command of a group. Never throws.</summary>
    void EndGroup()
    {
    }

    /// <summary>Sends one command once and waits for the answer.</summary>
    /// <param name="command">4 to 65,544 bytes. May hold a PIN: an implementation that copies it zeroes the copy.</param>
    /// <param name="response">Room for Le + 2 bytes.</param>
    /// <returns>Bytes of the response with its status word, at least 2.</returns>
    /// <exception cref="CardInterruptedException">No answer, but the card is there. The channel can be used.</exception>
    /// <exception cref="FailureException">CardMoved, CardSilent, CardUnreadable. The channel must not be used after it.</exception>
    int Transmit(ReadOnlySpan<byte> command, Span<byte> response);
}
