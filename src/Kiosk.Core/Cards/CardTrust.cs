namespace Kiosk.Core.Cards;

/// <summary>
/// Whose cards are accepted: files of the installation, never part of the program. The published lists of CA keys are not proven authentic
/// (README.md section 5), and a build must not be able to bring a test CA into a product.
/// </summary>
public sealed class CardTrust
{
    private readonly Dictionary<string, CardPublicKey> _cardFaceAuthorities = new(StringComparer.Ordinal);
    private readonly List<JpkiCertificate> _jpkiAuthorities = [];

    /// <param name="cardFaceAuthorities">CV CA keys: 16-byte key id in hex to SubjectPublicKeyInfo (DER).</param>
    /// <param name="jpkiCertificates">利用者証明用 CA certificates of all generations in use, DER.</param>
    /// <exception cref="InvalidDataException">A key of an unknown algorithm, an id that is not 16 bytes, a broken certificate.</exception>
    public CardTrust(IEnumerable<KeyValuePair<string, byte[]>> cardFaceAuthorities, IEnumerable<byte[]> jpkiCertificates)
    {
        foreach ((string keyId, byte[] key) in cardFaceAuthorities)
        {
            if (keyId.Length != 32 || !keyId.All(char.IsAsciiHexDigit)) throw new InvalidDataException($"CV CA key id {keyId}");
            _cardFaceAuthorities.Add(keyId.ToUpperInvariant(), Known(CardPublicKey.FromSubjectPublicKeyInfo(key)));
        }

        foreach (byte[] certificate in jpkiCertificates)
        {
            JpkiCertificate authority = JpkiCertificate.Parse(certificate);
            Known(authority.Key);
            _jpkiAuthorities.Add(authority);
        }
    }

    /// <summary>Null: no trust anchor has this id.</summary>
    public CardPublicKey? CardFaceAuthority(ReadOnlySpan<byte> keyId) =>
        _cardFaceAuthorities.GetValueOrDefault(Convert.ToHexString(keyId));

    /// <summary>Tries every anchor: all generations of the CA have the same distinguished name.</summary>
    public bool HasIssued(JpkiCertificate certificate) => _jpkiAuthorities.Any(certificate.IsIssuedBy);

    private static CardPublicKey Known(CardPublicKey key) =>
        key.IsKnown ? key : throw new InvalidDataException($"RSA-2048 or P-384 expected, found {key.Name}");
}
