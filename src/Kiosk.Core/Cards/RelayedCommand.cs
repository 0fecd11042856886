namespace Kiosk.Core.Cards;

/// <summary>
/// What a block of the institution's may say to the card in PIN-less use (特定機関認証): the exchange is not public beyond its
/// first two commands (card.md 7), so blocks pass unread, but only these, and always within the JPKI-AP: no block can select a
/// file or send a PIN.
/// </summary>
public static class RelayedCommand
{
    /// <summary>Header, extended Lc, data and Le of the longest (80 A2 with 307 bytes).</summary>
    public const int MaxBytes = 320;

    /// <returns>The file to select before it; null: not a command that is passed on.</returns>
    public static ElementaryFile? FileFor(ReadOnlySpan<byte> command) => command.Length > MaxBytes ? null : command switch
    {
        // The institution's certificate, in parts, checked by the card against the key in EF 0016.
        [0x80, 0xA2, ..] => ElementaryFile.InstitutionKey,
        [0x00, 0x84, 0x00, 0x00, _] => ElementaryFile.InstitutionKey,
        [0x80, 0x2A, 0x00, 0x80, 51, ..] => ElementaryFile.AuthenticationKey,
        _ => null,
    };
}
