using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>
/// Runs an operation as one group of commands. If the card is reset in between (by another program; by Windows after 5 s of silence in a
/// transaction), it is recognised by its certificate and the operation is run again from its beginning.
/// </summary>
/// <param name="seen">Whether the card was identified, and its certificate if it was read.</param>
internal sealed class CardRecovery(CardLink link, Func<(bool IsIdentified, JpkiCertificate? Certificate)> seen)
{
    /// <summary>A card that is reset more often in one operation has no good contact.</summary>
    private const int MostResets = 3;

    /// <summary>The card was reset and has not been recognised since then. An operation that is cancelled leaves it to the next.</summary>
    private bool _wasReset;

    /// <exception cref="FailureException">
    /// CardMoved: another card after a reset, or too many resets. CardUnreadable: the reader does not carry a command.
    /// </exception>
    public T InGroup<T>(Func<T> operation)
    {
        for (int resets = 0; ; resets++)
        {
            try
            {
                link.BeginGroup();
                if (_wasReset) RequireSameCard();
                _wasReset = false;
                return operation();
            }
            catch (CardInterruptedException interrupted)
            {
                if (interrupted.What is CardInterruption.NotCarried) throw link.Over(Failure.CardUnreadable, interrupted.Detail);
                if (resets == MostResets) throw link.Over(Failure.CardMoved, interrupted.Detail);
                _wasReset = true;
            }
            finally
            {
                link.EndGroup();
            }
        }
    }

    /// <summary>
    /// Nothing entered for one card may go to another, so the certificate must be the same. That it is not a copy is shown by the signature
    /// at the end, which must be by its key. A phone shows no certificate before its PIN, so it cannot be recognised.
    /// </summary>
    private void RequireSameCard()
    {
        (bool isIdentified, JpkiCertificate? known) = seen();
        // Not identified yet: nothing was entered for this card.
        if (!isIdentified && known is null) return;
        if (known is not null && Shows(known)) return;
        throw link.Over(Failure.CardMoved, "another card after a reset");
    }

    private bool Shows(JpkiCertificate known)
    {
        if (!link.Select(CardApp.Jpki).IsOk || !link.Select(ElementaryFile.AuthenticationCertificate).IsOk) return false;
        Span<byte> file = stackalloc byte[CardReading.LongestCertificate];
        try
        {
            return file[..link.ReadObject(file, out _)].SequenceEqual(known.Der);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
