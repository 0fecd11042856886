using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>
/// Are the card face's bytes those the issuer signed? A copied file passes: only together with the active proof
/// (a nonce signed by DF24's key) does it say that the card itself is genuine (card.md 4).
/// </summary>
public static class PassiveAuthentication
{
    /// <summary>DigestInfo naming SHA-256 but holding three digests, 115 bytes in all (soltia).</summary>
    private static ReadOnlySpan<byte> Head =>
        [0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60];

    /// <summary>Writes the 115 bytes that DF28 signs.</summary>
    public static void DigestInfo(in CardFaceRecord face, Span<byte> destination)
    {
        Head.CopyTo(destination);
        SHA256.HashData(face.Identity, destination[19..]);
        SHA256.HashData(face.NameAndAddress, destination[51..]);
        SHA256.HashData(face.PhotoObject, destination[83..]);
    }

    /// <returns>What is wrong, in a technician's words; null when genuine.</returns>
    public static string? Fault(in CardFaceRecord face, in CardVerifiableCertificate issuer, CardTrust trust)
    {
        if (trust.CardFaceAuthority(issuer.IssuerKeyId) is not { } authority)
            return $"CV CA {Convert.ToHexString(issuer.IssuerKeyId)} is no trust anchor";
        if (!authority.Verifies(issuer.Body, issuer.Signature)) return "CV certificate";
        Span<byte> digestInfo = stackalloc byte[115];
        DigestInfo(face, digestInfo);
        return issuer.SubjectKey.VerifiesBlock(digestInfo, face.Signature) ? null : "DF28";
    }
}
