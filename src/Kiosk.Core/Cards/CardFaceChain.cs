using System.Text;

namespace Kiosk.Core.Cards;

/// <summary>
/// What the issuer of a card signed in EF 0002 of the 券面事項確認AP, without the pictures: birth date, sex and public key, and the digests of
/// the two other groups. With the CV certificate of EF 0004 anybody can verify it who has the trust anchors (README.md section 5).
/// </summary>
/// <param name="Issuer">EF 0004.</param>
/// <param name="Identity">DF22, DF23 and DF24 with tags and lengths.</param>
/// <param name="NameDigest">Over DF25 and DF26: SHA-256, 32 bytes, or SHA-384, 48 bytes, by the key in EF 0004.</param>
/// <param name="PhotoDigest">The same over DF27.</param>
/// <param name="Signature">DF28: RSA 256 bytes, P-384 96 bytes.</param>
public sealed record CardFaceChain(byte[] Issuer, byte[] Identity, byte[] NameDigest, byte[] PhotoDigest, byte[] Signature)
{
    public const int MaxIssuer = 1024;
    public const int MaxIdentity = 512;

    internal static CardFaceChain From(in CardFaceRecord face, ReadOnlySpan<byte> issuer)
    {
        CardPublicKey signer = new CardVerifiableCertificate(issuer).SubjectKey;
        int length = signer.DigestLength;
        Span<byte> digests = stackalloc byte[PassiveAuthentication.Groups * CardPublicKey.MaxDigestLength];
        digests = digests[..(PassiveAuthentication.Groups * length)];
        PassiveAuthentication.Digests(face, signer, digests);
        return new(issuer.ToArray(), face.Identity.ToArray(), digests.Slice(length, length).ToArray(),
            digests[(2 * length)..].ToArray(), face.Signature.ToArray());
    }

    /// <summary>Verifies the certificate of the issuer and its signature over the record.</summary>
    /// <exception cref="InvalidDataException">
    /// Not genuine, or not in the form of a card; the message says where, without any value.
    /// </exception>
    public CardFaceHolder Verified(CardTrust trust)
    {
        CardVerifiableCertificate issuer = new(Issuer);
        CardPublicKey signer = issuer.SubjectKey;
        int length = signer.DigestLength;
        if (NameDigest.Length != PhotoDigest.Length || (signer.IsKnown && NameDigest.Length != length))
            throw new InvalidDataException("digest length");
        byte[] digests = new byte[PassiveAuthentication.Groups * length];
        signer.Digest(Identity, digests);
        if (signer.IsKnown)
        {
            NameDigest.CopyTo(digests, length);
            PhotoDigest.CopyTo(digests, 2 * length);
        }

        if (PassiveAuthentication.Fault(digests, Signature, issuer, trust) is { } fault) throw new InvalidDataException(fault.Detail);
        TlvReader reader = new(Identity);
        reader.Require(0xDF22);
        string birth = Digits(reader.Value, 8);
        reader.Require(0xDF23);
        // A card that does not print the sex can have no value here.
        string? sex = reader.Value.IsEmpty ? null : Digits(reader.Value, 1);
        reader.Require(0xDF24);
        CardPublicKey key = CardPublicKey.FromCard(reader.Value);
        return reader.MoveNext() ? throw new InvalidDataException("more than DF22 to DF24") : new(birth, sex, key);
    }

    /// <summary>Names nothing of a patient.</summary>
    public override string ToString() => nameof(CardFaceChain);

    private static string Digits(ReadOnlySpan<byte> value, int count) =>
        value.Length == count && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? Encoding.ASCII.GetString(value) : throw new InvalidDataException("digits expected");
}

/// <summary>Whose card it is, as the issuer signed it. Never logged and never stored.</summary>
/// <param name="Birth">DF22: YYYYMMDD, Gregorian.</param>
/// <param name="Sex">DF23: 1, 2, 9 or 0; null: the card does not say it.</param>
/// <param name="Key">DF24: the key of the card that signs without a PIN.</param>
public sealed record CardFaceHolder(string Birth, string? Sex, CardPublicKey Key)
{
    /// <summary>Names nothing of a patient.</summary>
    public override string ToString() => nameof(CardFaceHolder);
}
