using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>Why a card face is not accepted.</summary>
/// <param name="Failure">CardNotGenuine or CardAlgorithmUnknown.</param>
/// <param name="Detail">For a technician: what is wrong, without any value of a patient.</param>
public sealed record CardFaceFault(Failure Failure, string Detail);

/// <summary>
/// Checks that the issuer signed the bytes of the card face. A copied file passes too: only together with the active proof (a random value
/// signed by the key of DF24) is the card proven genuine. README.md section 5.
/// </summary>
public static class PassiveAuthentication
{
    /// <summary>Groups of objects that are hashed each.</summary>
    internal const int Groups = 3;

    /// <returns>Null: nothing is wrong.</returns>
    /// <exception cref="InvalidDataException">The key in EF 0004 is none.</exception>
    public static CardFaceFault? Fault(in CardFaceRecord face, in CardVerifiableCertificate issuer, CardTrust trust)
    {
        CardPublicKey signer = issuer.SubjectKey;
        Span<byte> digests = stackalloc byte[Groups * CardPublicKey.MaxDigestLength];
        digests = digests[..(Groups * signer.DigestLength)];
        Digests(face, signer, digests);
        return Fault(digests, face.Signature, issuer, trust);
    }

    /// <summary>Writes the digests of the three groups, by the algorithm of the key that signed DF28.</summary>
    /// <param name="destination">Three times <see cref="CardPublicKey.DigestLength"/>.</param>
    internal static void Digests(in CardFaceRecord face, CardPublicKey signer, Span<byte> destination)
    {
        int length = signer.DigestLength;
        signer.Digest(face.Identity, destination[..length]);
        signer.Digest(face.NameAndAddress, destination.Slice(length, length));
        signer.Digest(face.PhotoObject, destination[(2 * length)..]);
    }

    /// <param name="digests">As from <see cref="Digests"/>.</param>
    /// <param name="signature">DF28.</param>
    /// <returns>Null: nothing is wrong.</returns>
    /// <exception cref="InvalidDataException">The key in EF 0004 is none.</exception>
    internal static CardFaceFault? Fault(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature, in CardVerifiableCertificate issuer,
        CardTrust trust)
    {
        // First: the CA of such a card is not a trust anchor here either, and the card would be named a forgery.
        CardPublicKey signer = issuer.SubjectKey;
        if (!signer.IsKnown) return new(Failure.CardAlgorithmUnknown, $"visual 0004: {signer.Name}");
        if (trust.CardFaceAuthority(issuer.IssuerKeyId) is not { } authority)
            return NotGenuine($"CV CA {Convert.ToHexString(issuer.IssuerKeyId)} is not a trust anchor");
        if (!authority.Verifies(issuer.Body, issuer.Signature)) return NotGenuine("CV certificate");
        return signer.VerifiesDigests(digests, signature) ? null : NotGenuine("DF28");

        static CardFaceFault NotGenuine(string detail) => new(Failure.CardNotGenuine, detail);
    }
}
