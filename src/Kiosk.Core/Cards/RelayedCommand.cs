namespace Kiosk.Core.Cards;

/// <summary>
/// The commands that an institution may send to the card in 特定機関認証. Only the first two commands of the exchange are public
/// (README.md section 8), so the content is not read; but only these commands are passed on, and only to the JPKI-AP. No block can
/// select a file or send a PIN.
/// </summary>
public static class RelayedCommand
{
    /// <summary>Room for the longest: 80 A2 with 307 bytes of data, extended Lc and Le.</summary>
    public const int MaxBytes = 320;

    /// <returns>The file to select before it; null: the command is not passed on.</returns>
    public static ElementaryFile? FileFor(ReadOnlySpan<byte> command) => command.Length > MaxBytes ? null : command switch
    {
        // The certificate of the institution, in parts. The card checks it with the key in EF 0016.
        [0x80, 0xA2, ..] => ElementaryFile.InstitutionKey,
        [0x00, 0x84, 0x00, 0x00, _] => ElementaryFile.InstitutionKey,
        // A DigestInfo of SHA-256 for an RSA key, a digest of SHA-384 for P-384.
        [0x80, 0x2A, 0x00, 0x80, CardCommands.DigestInfoLength or CardPublicKey.MaxDigestLength, ..] => ElementaryFile.AuthenticationKey,
        _ => null,
    };

    /// <summary>A digest of another kind of key is not sent to the card: an RSA key would sign the bytes without their algorithm.</summary>
    internal static bool Fits(ReadOnlySpan<byte> command, CardPublicKey? key) => command is not [0x80, 0x2A, _, _, var length, ..]
        || length == (key is P384Key ? CardPublicKey.MaxDigestLength : CardCommands.DigestInfoLength);
}
