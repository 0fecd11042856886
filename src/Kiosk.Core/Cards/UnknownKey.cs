namespace Kiosk.Core.Cards;

/// <summary>A key of an algorithm that this program does not know. The card can be genuine; nothing can be verified with the key.</summary>
/// <param name="name">For staff and log: the algorithm, the curve or the length.</param>
internal sealed class UnknownKey(string name) : CardPublicKey
{
    public override string Name => name;

    public override bool IsKnown => false;

    public override byte[] SubjectPublicKeyInfo => [];

    public override int DigestLength => 0;

    public override int SignatureLength => 0;

    internal override string CertificateAlgorithm => "";

    public override bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => false;

    internal override bool VerifiesCertificate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => false;

    internal override bool VerifiesDigests(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature) => false;

    internal override void Digest(ReadOnlySpan<byte> message, Span<byte> destination)
    {
    }

    public override int WriteSignInput(ReadOnlySpan<byte> message, Span<byte> destination) => 0;
}
