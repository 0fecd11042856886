using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Simulators.CardReader;

/// <summary>PKCS#1 v1.5 signatures as the card makes them: the card signs any DigestInfo that it receives.</summary>
/// <param name="key">Disposed here.</param>
internal sealed class SimulatedRsaKey(RSA key) : SimulatedKey
{
    private static ReadOnlySpan<byte> Sha256Head =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    public RSA Key => key;

    public override PublicKey X509 => PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);

    public override X509SignatureGenerator Issuing => X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1);

    public override HashAlgorithmName Hash => HashAlgorithmName.SHA256;

    /// <summary><c>90 03 010001 91 82 0100 modulus</c>.</summary>
    public override byte[] Public
    {
        get
        {
            RSAParameters p = key.ExportParameters(false);
            return [.. TlvWriter.Object(0x90, p.Exponent!), .. TlvWriter.Object(0x91, p.Modulus!)];
        }
    }

    private int Bytes => key.KeySize / 8;

    public override string? ExportPrivateKey() => key.ExportPkcs8PrivateKeyPem();

    public override byte[]? SignInput(ReadOnlySpan<byte> input)
    {
        if (input.Length < 1 || input.Length > Bytes - 11) return null;
        // The library is 20 times faster than BigInteger, but it signs known digest types only.
        if (input.Length == 51 && input.StartsWith(Sha256Head))
            return key.SignHash(input[19..].ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Span<byte> block = new byte[Bytes];
        block.Fill(0xFF);
        block[0] = 0x00;
        block[1] = 0x01;
        block[Bytes - input.Length - 1] = 0x00;
        input.CopyTo(block[^input.Length..]);
        RSAParameters p = key.ExportParameters(true);
        BigInteger value = BigInteger.ModPow(Number(block), Number(p.D), Number(p.Modulus));
        byte[] signature = new byte[Bytes];
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(signature, Bytes - digits.Length);
        return signature;
    }

    public override byte[] SignMessage(byte[] message) => key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public override byte[] SignGroups(params ReadOnlySpan<byte[]> groups)
    {
        List<byte> info = [0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x60];
        foreach (byte[] group in groups) info.AddRange(SHA256.HashData(group));
        return SignInput([.. info])!;
    }

    public override void Dispose() => key.Dispose();

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
