using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Simulators.CardReader;

/// <summary>The public half of an Ed25519 key (RFC 8410), for a card that must be refused by name. It never signs.</summary>
internal sealed class SimulatedEd25519Key : SimulatedKey
{
    public const string Name = "Ed25519";

    private static readonly Oid Identifier = new("1.3.101.112");

    private readonly byte[] _point = RandomNumberGenerator.GetBytes(32);

    public override PublicKey X509 => new(Identifier, null, new AsnEncodedData(Identifier, _point));

    public override X509SignatureGenerator Issuing => throw new NotSupportedException("Ed25519 signs nothing here");

    public override HashAlgorithmName Hash => HashAlgorithmName.SHA512;

    /// <summary><c>06 algorithm 86 point</c>.</summary>
    public override byte[] Public => [0x06, 0x03, 0x2B, 0x65, 0x70, .. TlvWriter.Object(0x86, _point)];

    public override string? ExportPrivateKey() => null;

    public override byte[]? SignInput(ReadOnlySpan<byte> input) => null;

    public override byte[] SignMessage(byte[] message) => [];

    public override byte[] SignGroups(params ReadOnlySpan<byte[]> groups) => [];

    public override void Dispose()
    {
    }
}
