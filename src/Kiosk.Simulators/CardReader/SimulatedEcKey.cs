using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Simulators.CardReader;

/// <summary>ECDSA in the plain form, r and s. The card signs a digest of the right length and nothing else.</summary>
/// <param name="key">Disposed here.</param>
internal sealed class SimulatedEcKey(ECDsa key, HashAlgorithmName hash) : SimulatedKey
{
    public override PublicKey X509 => new(key);

    public override X509SignatureGenerator Issuing => X509SignatureGenerator.CreateForECDsa(key);

    public override HashAlgorithmName Hash => hash;

    /// <summary><c>06 curve 86 point</c>, as in ISO/IEC 7816-8 and BSI TR-03110.</summary>
    public override byte[] Public
    {
        get
        {
            ECParameters p = key.ExportParameters(false);
            AsnWriter curve = new(AsnEncodingRules.DER);
            // The system names some curves without their identifier.
            curve.WriteObjectIdentifier(p.Curve.Oid.Value ?? new Oid(p.Curve.Oid.FriendlyName!).Value!);
            return [.. curve.Encode(), .. TlvWriter.Object(0x86, [0x04, .. p.Q.X!, .. p.Q.Y!])];
        }
    }

    private int DigestLength => hash == HashAlgorithmName.SHA512 ? SHA512.HashSizeInBytes : SHA384.HashSizeInBytes;

    public override string? ExportPrivateKey() => key.ExportPkcs8PrivateKeyPem();

    public override byte[]? SignInput(ReadOnlySpan<byte> input) => input.Length == DigestLength
        ? key.SignHash(input.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation) : null;

    public override byte[] SignMessage(byte[] message) =>
        key.SignData(message, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public override byte[] SignGroups(params ReadOnlySpan<byte[]> groups)
    {
        List<byte> digests = [];
        foreach (byte[] group in groups) digests.AddRange(CryptographicOperations.HashData(hash, group));
        return SignMessage([.. digests]);
    }

    public override void Dispose() => key.Dispose();
}
