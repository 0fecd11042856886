using System.Formats.Asn1;

namespace Kiosk.Core.Cards;

/// <summary>
/// A public key of a card, of an issuer or of a CA: RSA-2048 with SHA-256, or ECDSA P-384 with SHA-384. Which of them is said by the card,
/// never by configuration. Any other key is a <see cref="UnknownKey"/>, which verifies nothing.
/// </summary>
public abstract class CardPublicKey
{
    /// <summary>SHA-384.</summary>
    public const int MaxDigestLength = 48;

    /// <summary>Longest input of SIGN: a DigestInfo of SHA-256.</summary>
    public const int MaxSignInput = CardCommands.DigestInfoLength;

    /// <summary>For staff and log, for example <c>P-384</c>.</summary>
    public abstract string Name { get; }

    /// <summary>False: this program cannot verify with this key.</summary>
    public abstract bool IsKnown { get; }

    /// <summary>DER, for the reception, which checks evidence. The same key always has the same bytes.</summary>
    public abstract byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Bytes of the digest that goes with this key.</summary>
    public abstract int DigestLength { get; }

    /// <summary>Bytes of a signature by this key, as a card makes it.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>The only signature algorithm of X.509 that is accepted from this key.</summary>
    internal abstract string CertificateAlgorithm { get; }

    /// <summary>Whether a card signed <paramref name="message"/> with this key.</summary>
    public abstract bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>The same for the signature of an X.509 certificate, which can have another form.</summary>
    internal abstract bool VerifiesCertificate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Whether the signature is right, but in a form that no card is known to use.</summary>
    internal virtual bool VerifiesInAnotherForm(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => false;

    /// <summary>Whether this key signed the digests of a card-face record (README.md section 5).</summary>
    /// <param name="digests">Three digests of <see cref="DigestLength"/>.</param>
    internal abstract bool VerifiesDigests(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature);

    /// <summary>Writes the digest of <paramref name="message"/> that goes with this key.</summary>
    internal abstract void Digest(ReadOnlySpan<byte> message, Span<byte> destination);

    /// <summary>Writes the data of the command SIGN for a key of this kind.</summary>
    /// <param name="destination"><see cref="MaxSignInput"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public abstract int WriteSignInput(ReadOnlySpan<byte> message, Span<byte> destination);

    /// <summary>From the form in which a card writes a key: <c>90 exponent 91 modulus</c>, or <c>06 curve 86 point</c>.</summary>
    /// <exception cref="InvalidDataException">Not a key.</exception>
    public static CardPublicKey FromCard(ReadOnlySpan<byte> encoded)
    {
        TlvReader reader = new(encoded);
        if (!reader.MoveNext()) throw new InvalidDataException("key is empty");
        CardPublicKey key;
        switch (reader.Tag)
        {
            case 0x90:
                ReadOnlySpan<byte> exponent = reader.Value;
                reader.Require(0x91);
                key = RsaKey.From(exponent, reader.Value);
                break;
            case 0x06:
                string curve = ReadCurve(reader.Encoded);
                reader.Require(0x86);
                key = FromPoint(curve, reader.Value);
                break;
            default:
                return new UnknownKey($"key object {reader.Tag:X}");
        }

        return reader.MoveNext() ? throw new InvalidDataException("more than a key") : key;
    }

    /// <summary>From DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): a trust anchor or the key of a certificate.</summary>
    /// <exception cref="InvalidDataException">Not a key.</exception>
    public static CardPublicKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        try
        {
            AsnReader outer = new(der.ToArray(), AsnEncodingRules.DER);
            AsnReader info = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            AsnReader algorithm = info.ReadSequence();
            string identifier = algorithm.ReadObjectIdentifier();
            byte[] key = info.ReadBitString(out _);
            return identifier switch
            {
                AlgorithmNames.RsaEncryption => FromRsa(key),
                AlgorithmNames.EcPublicKey => FromPoint(algorithm, key),
                _ => new UnknownKey(AlgorithmNames.NameOf(identifier)),
            };
        }
        catch (AsnContentException notAKey)
        {
            throw new InvalidDataException("not a public key", notAKey);
        }
    }

    private static CardPublicKey FromRsa(byte[] der)
    {
        AsnReader numbers = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        ReadOnlySpan<byte> modulus = numbers.ReadIntegerBytes().Span, exponent = numbers.ReadIntegerBytes().Span;
        return RsaKey.From(exponent.TrimStart((byte)0), modulus.TrimStart((byte)0));
    }

    /// <summary>RFC 5480 section 2.1.1: a named curve. A curve that is described by its numbers could be any curve.</summary>
    private static CardPublicKey FromPoint(AsnReader algorithm, byte[] point) =>
        algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)
            ? FromPoint(algorithm.ReadObjectIdentifier(), point) : new UnknownKey("EC without a named curve");

    private static CardPublicKey FromPoint(string curve, ReadOnlySpan<byte> point) =>
        curve == AlgorithmNames.P384 ? P384Key.From(point) : new UnknownKey(AlgorithmNames.NameOf(curve));

    private static string ReadCurve(ReadOnlySpan<byte> encoded)
    {
        try
        {
            return new AsnReader(encoded.ToArray(), AsnEncodingRules.DER).ReadObjectIdentifier();
        }
        catch (AsnContentException broken)
        {
            throw new InvalidDataException("name of the curve", broken);
        }
    }
}
