namespace Kiosk.Core.Cards;

/// <summary>
/// EF 0004 of the 券面事項確認AP: <c>7F21 { 5F4E (16 issuer key id, 16 subject key id, public key), 5F37 signature }</c>. The signature is
/// over the value of 5F4E, by the algorithm of the issuer's key (README.md sections 5 and 6).
/// </summary>
public readonly ref struct CardVerifiableCertificate
{
    private const int KeyIdLength = 16;

    /// <exception cref="InvalidDataException">Another structure.</exception>
    public CardVerifiableCertificate(ReadOnlySpan<byte> file)
    {
        TlvReader outer = new(file);
        outer.Require(0x7F21);
        TlvReader inner = outer.Children();
        inner.Require(0x5F4E);
        Body = inner.Value;
        if (Body.Length <= 2 * KeyIdLength) throw new InvalidDataException("CV certificate body");
        inner.Require(0x5F37);
        Signature = inner.Value;
    }

    /// <summary>Id of the CA key that signed it. Ids of production begin with "5", ids of JPKI test cards with "6".</summary>
    public ReadOnlySpan<byte> IssuerKeyId => Body[..KeyIdLength];

    /// <summary>What is signed.</summary>
    public ReadOnlySpan<byte> Body { get; }

    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>The key that signed DF28.</summary>
    /// <exception cref="InvalidDataException">Not a key.</exception>
    public CardPublicKey SubjectKey => CardPublicKey.FromCard(Body[(2 * KeyIdLength)..]);
}
