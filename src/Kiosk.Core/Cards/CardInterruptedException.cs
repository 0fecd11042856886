namespace Kiosk.Core.Cards;

/// <summary>Why a command has no answer although the card still lies there.</summary>
public enum CardInterruption
{
    /// <summary>The card was reset or lost its power. Nothing is selected any more; a verified PIN may be forgotten.</summary>
    Reset,

    /// <summary>The reader did not carry this command or its answer. Some readers cannot carry 256 bytes.</summary>
    NotCarried,
}

/// <summary>
/// A command has no answer, and the card still lies there with power. Whether the card processed the command is not known. The channel can
/// be used again. Handled by <see cref="CardSession"/>, whose callers never see it.
/// </summary>
/// <param name="detail">For technicians: the PC/SC function and its code.</param>
public sealed class CardInterruptedException(CardInterruption what, string detail) : Exception($"{what}: {detail}")
{
    public CardInterruption What { get; } = what;

    public string Detail { get; } = detail;
}
