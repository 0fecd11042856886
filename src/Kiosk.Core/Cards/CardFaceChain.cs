using System.Text;

namespace Kiosk.Core.Cards;

/// <summary>
/// What the issuer of a card signed in EF 0002 of the 券面事項確認AP, without the pictures: birth date, sex and public key, and the digests of
/// the two other groups. With the CV certificate of EF 0004 anybody can verify it who has the trust anchors (README.md section 5).
/// </summary>
/// <param name="Issuer">EF 0004.</param>
/// <param name="Identity">DF22, DF23 and DF24 with tags and lengths.</param>
/// <param name="NameDigest">SHA-256 over DF25 and DF26, 32 bytes.</param>
/// <param name="PhotoDigest">SHA-256 over DF27, 32 bytes.</param>
/// <param name="Signature">DF28, 256 bytes.</param>
public sealed record CardFaceChain(byte[] Issuer, byte[] Identity, byte[] NameDigest, byte[] PhotoDigest, byte[] Signature)
{
    public const int MaxIssuer = 1024;
    public const int MaxIdentity = 512;

    internal static CardFaceChain From(in CardFaceRecord face, ReadOnlySpan<byte> issuer)
    {
        Span<byte> digestInfo = stackalloc byte[PassiveAuthentication.DigestInfoLength];
        PassiveAuthentication.DigestInfo(face, digestInfo);
        return new(issuer.ToArray(), face.Identity.ToArray(), PassiveAuthentication.NameDigest(digestInfo).ToArray(),
            PassiveAuthentication.PhotoDigest(digestInfo).ToArray(), face.Signature.ToArray());
    }

    /// <summary>Verifies the certificate of the issuer and its signature over the record.</summary>
    /// <exception cref="InvalidDataException">
    /// Not genuine, or not in the form of a card; the message says where, without any value.
    /// </exception>
    public CardFaceHolder Verified(CardTrust trust)
    {
        if (NameDigest.Length != PassiveAuthentication.DigestLength || PhotoDigest.Length != PassiveAuthentication.DigestLength)
            throw new InvalidDataException("digest length");
        Span<byte> digestInfo = stackalloc byte[PassiveAuthentication.DigestInfoLength];
        PassiveAuthentication.DigestInfo(Identity, NameDigest, PhotoDigest, digestInfo);
        if (PassiveAuthentication.Fault(digestInfo, Signature, new(Issuer), trust) is { } fault) throw new InvalidDataException(fault);
        TlvReader reader = new(Identity);
        reader.Require(0xDF22);
        string birth = Digits(reader.Value, 8);
        reader.Require(0xDF23);
        string sex = Digits(reader.Value, 1);
        reader.Require(0xDF24);
        RsaKey key = RsaKey.FromCard(reader.Value);
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
/// <param name="Sex">DF23: 1, 2, 9 or 0.</param>
/// <param name="Key">DF24: the key of the card that signs without a PIN.</param>
public sealed record CardFaceHolder(string Birth, string Sex, RsaKey Key)
{
    /// <summary>Names nothing of a patient.</summary>
    public override string ToString() => nameof(CardFaceHolder);
}
