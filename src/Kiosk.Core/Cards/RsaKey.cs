using System.Numerics;
using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>
/// RSA-2048 with SHA-256, PKCS#1 v1.5 (RFC 8017). The card writes the key as <c>90 03 exponent 91 82 0100 modulus</c> (GitHub
/// soltia48/myna-card, <c>src/ap/surface.rs</c>).
/// </summary>
internal sealed class RsaKey : CardPublicKey
{
    /// <summary>2048 bits.</summary>
    private const int Bytes = 256;

    private readonly RSAParameters _parameters;

    private RsaKey(RSAParameters parameters) => _parameters = parameters;

    /// <summary>Head of a DigestInfo that names SHA-256 and holds three digests, 115 bytes in all.</summary>
    private static ReadOnlySpan<byte> ThreeDigestsHead =>
        [0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60];

    public override string Name => "RSA-2048";

    public override bool IsKnown => true;

    public override byte[] SubjectPublicKeyInfo
    {
        get
        {
            using RSA rsa = RSA.Create(_parameters);
            return rsa.ExportSubjectPublicKeyInfo();
        }
    }

    public override int DigestLength => SHA256.HashSizeInBytes;

    public override int SignatureLength => Bytes;

    internal override string CertificateAlgorithm => AlgorithmNames.Sha256WithRsa;

    /// <returns>An unknown key where the modulus has another length than 2048 bits.</returns>
    /// <exception cref="InvalidDataException">Not an RSA key with an odd exponent of 1 to 4 bytes.</exception>
    internal static CardPublicKey From(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus)
    {
        // A huge exponent would make one verification take minutes; an even exponent or an even modulus is not a key.
        if (modulus.Length == 0 || modulus[0] == 0 || modulus[^1] % 2 == 0 || exponent.Length is < 1 or > 4 || exponent[^1] % 2 == 0)
            throw new InvalidDataException("not an RSA key");
        if (modulus.Length != Bytes) return new UnknownKey($"RSA-{modulus.Length * 8}");
        if (modulus[0] < 0x80) throw new InvalidDataException("not an RSA key of 2048 bits");
        RSAParameters parameters = new() { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
        try
        {
            // Find out here whether the library accepts the key, not during a proof.
            using RSA rsa = RSA.Create(parameters);
            return new RsaKey(parameters);
        }
        catch (CryptographicException refused)
        {
            throw new InvalidDataException("RSA key", refused);
        }
    }

    /// <summary>PKCS#1 v1.5 with SHA-256 over <paramref name="message"/>.</summary>
    public override bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using RSA rsa = RSA.Create(_parameters);
        return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    internal override bool VerifiesCertificate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Verifies(message, signature);

    internal override bool VerifiesDigests(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature)
    {
        if (digests.Length != 3 * DigestLength) return false;
        Span<byte> digestInfo = stackalloc byte[ThreeDigestsHead.Length + digests.Length];
        ThreeDigestsHead.CopyTo(digestInfo);
        digests.CopyTo(digestInfo[ThreeDigestsHead.Length..]);
        return VerifiesBlock(digestInfo, signature);
    }

    internal override void Digest(ReadOnlySpan<byte> message, Span<byte> destination) => SHA256.HashData(message, destination);

    /// <summary>The DigestInfo of SHA-256.</summary>
    public override int WriteSignInput(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        CardCommands.DigestInfo(message, destination);
        return CardCommands.DigestInfoLength;
    }

    /// <summary>
    /// PKCS#1 v1.5 over any DigestInfo. <see cref="RSA"/> refuses digests of 96 bytes, which the card face has. The whole padded block is
    /// compared; a check that parses the padding can be deceived by a forged signature (RFC 8017 section 8.2.2 compares too).
    /// </summary>
    private bool VerifiesBlock(ReadOnlySpan<byte> digestInfo, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Bytes || digestInfo.Length > Bytes - 11) return false;
        BigInteger modulus = new(_parameters.Modulus, isUnsigned: true, isBigEndian: true);
        BigInteger value = new(signature, isUnsigned: true, isBigEndian: true);
        if (value >= modulus) return false;
        BigInteger exponent = new(_parameters.Exponent, isUnsigned: true, isBigEndian: true);
        Span<byte> expected = stackalloc byte[Bytes];
        expected.Fill(0xFF);
        expected[0] = 0x00;
        expected[1] = 0x01;
        expected[Bytes - digestInfo.Length - 1] = 0x00;
        digestInfo.CopyTo(expected[^digestInfo.Length..]);
        return BigInteger.ModPow(value, exponent, modulus) == new BigInteger(expected, isUnsigned: true, isBigEndian: true);
    }
}
