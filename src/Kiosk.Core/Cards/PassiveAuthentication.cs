using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>
/// Checks that the issuer signed the bytes of the card face. A copied file passes too: only together with the active proof (a random value
/// signed by the key of DF24) is the card proven genuine. README.md section 5.
/// </summary>
public static class PassiveAuthentication
{
    /// <summary>Head of a DigestInfo that names SHA-256 and holds three digests, 115 bytes in all.</summary>
    private static ReadOnlySpan<byte> Head =>
        [0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60];

    /// <summary>SHA-256.</summary>
    internal const int DigestLength = 32;

    internal const int DigestInfoLength = 115;

    /// <summary>Writes the 115 bytes that DF28 signs.</summary>
    public static void DigestInfo(in CardFaceRecord face, Span<byte> destination)
    {
        Head.CopyTo(destination);
        SHA256.HashData(face.Identity, destination[Head.Length..]);
        SHA256.HashData(face.NameAndAddress, destination[(Head.Length + DigestLength)..]);
        SHA256.HashData(face.PhotoObject, destination[(Head.Length + (2 * DigestLength))..]);
    }

    /// <summary>The same, where only digests of the pictures are known.</summary>
    internal static void DigestInfo(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> name, ReadOnlySpan<byte> photo, Span<byte> destination)
    {
        Head.CopyTo(destination);
        SHA256.HashData(identity, destination[Head.Length..]);
        name.CopyTo(destination[(Head.Length + DigestLength)..]);
        photo.CopyTo(destination[(Head.Length + (2 * DigestLength))..]);
    }

    internal static ReadOnlySpan<byte> NameDigest(ReadOnlySpan<byte> digestInfo) =>
        digestInfo.Slice(Head.Length + DigestLength, DigestLength);

    internal static ReadOnlySpan<byte> PhotoDigest(ReadOnlySpan<byte> digestInfo) =>
        digestInfo.Slice(Head.Length + (2 * DigestLength), DigestLength);

    /// <returns>What is wrong, for a technician; null: nothing.</returns>
    public static string? Fault(in CardFaceRecord face, in CardVerifiableCertificate issuer, CardTrust trust)
    {
        Span<byte> digestInfo = stackalloc byte[DigestInfoLength];
        DigestInfo(face, digestInfo);
        return Fault(digestInfo, face.Signature, issuer, trust);
    }

    /// <param name="digestInfo">115 bytes.</param>
    /// <param name="signature">DF28.</param>
    /// <returns>What is wrong, for a technician; null: nothing.</returns>
    internal static string? Fault(ReadOnlySpan<byte> digestInfo, ReadOnlySpan<byte> signature, in CardVerifiableCertificate issuer,
        CardTrust trust)
    {
        if (trust.CardFaceAuthority(issuer.IssuerKeyId) is not { } authority)
            return $"CV CA {Convert.ToHexString(issuer.IssuerKeyId)} is not a trust anchor";
        if (!authority.Verifies(issuer.Body, issuer.Signature)) return "CV certificate";
        return issuer.SubjectKey.VerifiesBlock(digestInfo, signature) ? null : "DF28";
    }
}
