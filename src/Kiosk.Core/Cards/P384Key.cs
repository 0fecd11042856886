using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>
/// ECDSA on P-384 with SHA-384 (FIPS 186-5 section 6, NIST SP 800-186 section 3.2.1.4). A certificate holds the signature as DER (RFC 5758
/// section 3.2). A card signs in the plain form, r and s of 48 bytes each (BSI TR-03111 section 5.2.1): an assumption, README.md section 9.
/// </summary>
internal sealed class P384Key : CardPublicKey
{
    /// <summary>Bytes of a coordinate, and of r and s.</summary>
    private const int Bytes = 48;

    /// <summary>First byte of a point that is written with both coordinates (SEC 1 section 2.3.3).</summary>
    private const byte Uncompressed = 0x04;

    private static readonly BigInteger Prime =
        (BigInteger.One << 384) - (BigInteger.One << 128) - (BigInteger.One << 96) + (BigInteger.One << 32) - BigInteger.One;

    private static readonly BigInteger B =
        Hex("B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF");

    private static readonly BigInteger Order =
        Hex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");

    private readonly ECParameters _parameters;

    private P384Key(ECParameters parameters) => _parameters = parameters;

    public override string Name => "P-384";

    public override bool IsKnown => true;

    public override byte[] SubjectPublicKeyInfo
    {
        get
        {
            using ECDsa key = ECDsa.Create(_parameters);
            return key.ExportSubjectPublicKeyInfo();
        }
    }

    public override int DigestLength => SHA384.HashSizeInBytes;

    public override int SignatureLength => 2 * Bytes;

    internal override string CertificateAlgorithm => AlgorithmNames.EcdsaWithSha384;

    /// <param name="point">04, X, Y: 97 bytes.</param>
    /// <returns>An unknown key where the point is written in another form.</returns>
    /// <exception cref="InvalidDataException">Not a point of the curve.</exception>
    internal static CardPublicKey From(ReadOnlySpan<byte> point)
    {
        if (point.Length == Bytes + 1 && point[0] is 0x02 or 0x03) return new UnknownKey("P-384 with a compressed point");
        if (point.Length != (2 * Bytes) + 1 || point[0] != Uncompressed) throw new InvalidDataException("P-384 point");
        ReadOnlySpan<byte> x = point.Slice(1, Bytes), y = point[(1 + Bytes)..];
        // Not left to the library: whether it checks this depends on the platform (SP 800-56A revision 3, section 5.6.2.3.3).
        if (!IsOnCurve(Number(x), Number(y))) throw new InvalidDataException("P-384 point is not on the curve");
        ECParameters parameters = new()
        {
            Curve = ECCurve.NamedCurves.nistP384,
            Q = new() { X = x.ToArray(), Y = y.ToArray() },
        };
        try
        {
            using ECDsa key = ECDsa.Create(parameters);
            return new P384Key(parameters);
        }
        catch (CryptographicException refused)
        {
            throw new InvalidDataException("P-384 key", refused);
        }
    }

    /// <summary>SHA-384 over <paramref name="message"/>, plain form.</summary>
    public override bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        // r = 0 or s = 0 is a signature of everything for a library that does not look (CVE-2022-21449; FIPS 186-5 section 6.4.2).
        if (signature.Length != SignatureLength || !IsInRange(signature[..Bytes]) || !IsInRange(signature[Bytes..])) return false;
        using ECDsa key = ECDsa.Create(_parameters);
        return key.VerifyData(message, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    internal override bool VerifiesCertificate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> plain = stackalloc byte[2 * Bytes];
        return FromDer(signature, plain) && Verifies(message, plain);
    }

    /// <summary>A card that signs in DER is not forged.</summary>
    internal override bool VerifiesInAnotherForm(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        VerifiesCertificate(message, signature);

    internal override bool VerifiesDigests(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature) =>
        digests.Length == 3 * DigestLength && Verifies(digests, signature);

    internal override void Digest(ReadOnlySpan<byte> message, Span<byte> destination) => SHA384.HashData(message, destination);

    /// <summary>The digest alone.</summary>
    public override int WriteSignInput(ReadOnlySpan<byte> message, Span<byte> destination) => SHA384.HashData(message, destination);

    /// <summary>Ecdsa-Sig-Value (RFC 3279 section 2.2.3) to the plain form.</summary>
    private static bool FromDer(ReadOnlySpan<byte> der, Span<byte> plain)
    {
        try
        {
            AsnReader outer = new(der.ToArray(), AsnEncodingRules.DER);
            AsnReader pair = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!Put(pair.ReadInteger(), plain[..Bytes]) || !Put(pair.ReadInteger(), plain[Bytes..])) return false;
            pair.ThrowIfNotEmpty();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }

        static bool Put(BigInteger number, Span<byte> destination)
        {
            if (number.Sign <= 0 || number >= Order) return false;
            destination.Clear();
            int length = number.GetByteCount(isUnsigned: true);
            return number.TryWriteBytes(destination[(Bytes - length)..], out _, isUnsigned: true, isBigEndian: true);
        }
    }

    /// <summary>y² = x³ − 3x + b.</summary>
    private static bool IsOnCurve(BigInteger x, BigInteger y) =>
        x < Prime && y < Prime && ((y * y) - ((((x * x) - 3) * x) + B)) % Prime == 0;

    private static bool IsInRange(ReadOnlySpan<byte> number) => Number(number) is { IsZero: false } value && value < Order;

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse($"0{digits}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
