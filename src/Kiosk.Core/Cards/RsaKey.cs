using System.Numerics;
using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>
/// An RSA public key. The card writes it as <c>90 03 exponent 91 82 0100 modulus</c> (GitHub soltia48/myna-card, <c>src/ap/surface.rs</c>).
/// </summary>
public sealed class RsaKey
{
    /// <summary>2048 bits: all keys of these cards.</summary>
    public const int Bytes = 256;

    private readonly RSAParameters _parameters;

    private RsaKey(RSAParameters parameters) => _parameters = parameters;

    /// <summary>DER, for the reception, which checks evidence.</summary>
    public byte[] SubjectPublicKeyInfo
    {
        get
        {
            using RSA rsa = RSA.Create(_parameters);
            return rsa.ExportSubjectPublicKeyInfo();
        }
    }

    /// <exception cref="InvalidDataException">Not RSA-2048 with an odd exponent of 1 to 4 bytes.</exception>
    public static RsaKey FromCard(ReadOnlySpan<byte> encoded)
    {
        TlvReader reader = new(encoded);
        reader.Require(0x90);
        ReadOnlySpan<byte> exponent = reader.Value;
        reader.Require(0x91);
        return From(exponent, reader.Value);
    }

    /// <summary>From DER SubjectPublicKeyInfo: a trust anchor or the key of a certificate.</summary>
    /// <exception cref="InvalidDataException">Not RSA-2048.</exception>
    public static RsaKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        try
        {
            using RSA rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(der, out _);
            RSAParameters parameters = rsa.ExportParameters(false);
            return From(parameters.Exponent, parameters.Modulus);
        }
        catch (CryptographicException notAKey)
        {
            throw new InvalidDataException("not an RSA key", notAKey);
        }
    }

    /// <summary>PKCS#1 v1.5 with SHA-256 over <paramref name="message"/>.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using RSA rsa = RSA.Create(_parameters);
        return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>
    /// PKCS#1 v1.5 over any DigestInfo. <see cref="RSA"/> refuses digests of 96 bytes, which the card face has. The whole padded block is
    /// compared; a check that parses the padding can be deceived by a forged signature (RFC 8017 section 8.2.2 compares too).
    /// </summary>
    public bool VerifiesBlock(ReadOnlySpan<byte> digestInfo, ReadOnlySpan<byte> signature)
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

    private static RsaKey From(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus)
    {
        // A huge exponent would make one verification take minutes; an even exponent or an even modulus is not a key.
        if (modulus.Length != Bytes || modulus[0] < 0x80 || modulus[^1] % 2 == 0 || exponent.Length is < 1 or > 4 || exponent[^1] % 2 == 0)
            throw new InvalidDataException("RSA-2048 expected");
        RSAParameters parameters = new() { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
        try
        {
            // Find out here whether the library accepts the key, not during a proof.
            using RSA rsa = RSA.Create(parameters);
            return new(parameters);
        }
        catch (CryptographicException refused)
        {
            throw new InvalidDataException("RSA key", refused);
        }
    }
}
