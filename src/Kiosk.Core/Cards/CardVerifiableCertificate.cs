namespace Kiosk.Core.Cards;

/// <summary>
/// EF 0004 of the 券面事項確認AP: <c>7F21 { 5F4E (16 issuer key id, 16 subject key id, 265 public key), 5F37 signature 256 }</c>,
/// sha256RSA over the 297 bytes of 5F4E (README.md section 5).
/// </summary>
public readonly ref struct CardVerifiableCertificate
{
    private const int KeyIdLength = 16;
    private const int BodyLength = 297;

    /// <exception cref="InvalidDataException">Another structure.</exception>
    public CardVerifiableCertificate(ReadOnlySpan<byte> file)
    {
        TlvReader outer = new(file);
        outer.Require(0x7F21);
        TlvReader inner = outer.Children();
        inner.Require(0x5F4E);
        Body = inner.Value;
        if (Body.Length != BodyLength) throw new InvalidDataException("CV certificate body");
        inner.Require(0x5F37);
        Signature = inner.Value;
    }

    /// <summary>Id of the CA key that signed it. Ids of production begin with "5", ids of JPKI test cards with "6".</summary>
    public ReadOnlySpan<byte> IssuerKeyId => Body[..KeyIdLength];

    /// <summary>297 bytes.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>256 bytes.</summary>
    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>The key that signed DF28.</summary>
    /// <exception cref="InvalidDataException">Not RSA-2048.</exception>
    public RsaKey SubjectKey => RsaKey.FromCard(Body[(2 * KeyIdLength)..]);
}
