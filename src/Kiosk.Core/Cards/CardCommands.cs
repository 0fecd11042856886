using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>Commands of every application of the card (README.md section 3; ISO/IEC 7816-4).</summary>
public static class CardCommands
{
    public const byte Verify = 0x20;
    public const byte ReadBinary = 0xB0;

    /// <summary>DER of a SHA-256 DigestInfo without the 32 bytes of the digest (RFC 8017 section 9.2, note 1).</summary>
    private static ReadOnlySpan<byte> DigestInfoHead =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    /// <summary>51 bytes.</summary>
    public const int DigestInfoLength = 51;

    /// <summary>Sent first; the answer is ignored. The first command after power-on may answer 6F00, whatever it is.</summary>
    public static CommandApdu WakeUp => new(0x00, 0xA4, 0x00, 0x00);

    public static CommandApdu SelectApplication(CardApp app) => new(0x00, 0xA4, 0x04, 0x0C, app.Aid);

    public static CommandApdu SelectFile(ElementaryFile file) => new(0x00, 0xA4, 0x02, 0x0C, file.Id);

    /// <summary>VERIFY without data: reads the counter of the selected PIN or number. Spends no try.</summary>
    public static CommandApdu TriesLeft => new(0x00, Verify, 0x00, 0x80);

    /// <summary>VERIFY of the selected PIN or number. A wrong one spends a try.</summary>
    /// <param name="digits">ASCII; 4 for the PIN, 14 for 照合番号B.</param>
    public static CommandApdu VerifyDigits(ReadOnlySpan<byte> digits) => new(0x00, Verify, 0x00, 0x80, digits);

    /// <param name="offset">0 to 32,767. The top bit of P1 would mean a short file id.</param>
    /// <param name="le">1 to 65,536.</param>
    public static CommandApdu Read(int offset, int le)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, 0x7FFF);
        return new(0x00, ReadBinary, (byte)(offset >> 8), (byte)offset, le);
    }

    /// <summary>READ RECORD, record 1 of the selected file.</summary>
    public static CommandApdu ReadFirstRecord => new(0x00, 0xB2, 0x01, 0x04, CommandApdu.LargestShortLe);

    /// <summary>Signature over the bytes given (P1 = 00): PKCS#1 v1.5 by an RSA key, ECDSA by a P-384 key.</summary>
    /// <param name="keyReference">80: the selected key. 00: the key of the application.</param>
    /// <param name="input">As <see cref="CardPublicKey.WriteSignInput"/> writes it.</param>
    public static CommandApdu Sign(byte keyReference, ReadOnlySpan<byte> input) =>
        new(0x80, 0x2A, 0x00, keyReference, input, CommandApdu.LargestShortLe);

    /// <summary>T=0 only: reads the bytes that 61xx announced.</summary>
    public static CommandApdu GetResponse(int le) => new(0x00, 0xC0, 0x00, 0x00, le);

    /// <summary>Writes the DigestInfo of <paramref name="message"/>'s SHA-256 into 51 bytes.</summary>
    public static void DigestInfo(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        DigestInfoHead.CopyTo(destination);
        SHA256.HashData(message, destination[DigestInfoHead.Length..DigestInfoLength]);
    }
}
