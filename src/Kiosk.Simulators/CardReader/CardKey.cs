using System.Numerics;
using System.Security.Cryptography;

namespace Kiosk.Simulators.CardReader;

/// <summary>PKCS#1 v1.5 signature as the card makes it: the card signs any DigestInfo that it receives.</summary>
internal static class CardKey
{
    private const int Bytes = 256;

    private static ReadOnlySpan<byte> Sha256Head =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    /// <param name="digestInfo">1 to 245 bytes.</param>
    public static byte[] Sign(RSA key, ReadOnlySpan<byte> digestInfo)
    {
        // The library is 20 times faster than BigInteger, but it signs known digest types only.
        if (digestInfo.Length == 51 && digestInfo.StartsWith(Sha256Head))
            return key.SignHash(digestInfo[19..].ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Span<byte> block = stackalloc byte[Bytes];
        block.Fill(0xFF);
        block[0] = 0x00;
        block[1] = 0x01;
        block[Bytes - digestInfo.Length - 1] = 0x00;
        digestInfo.CopyTo(block[^digestInfo.Length..]);
        RSAParameters p = key.ExportParameters(true);
        BigInteger value = BigInteger.ModPow(Number(block), Number(p.D), Number(p.Modulus));
        byte[] signature = new byte[Bytes];
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(signature, Bytes - digits.Length);
        return signature;
    }

    /// <summary><c>90 03 010001 91 82 0100 modulus</c>, 265 bytes.</summary>
    public static byte[] Public(RSA key)
    {
        RSAParameters p = key.ExportParameters(false);
        return [.. TlvWriter.Object(0x90, p.Exponent!), .. TlvWriter.Object(0x91, p.Modulus!)];
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
