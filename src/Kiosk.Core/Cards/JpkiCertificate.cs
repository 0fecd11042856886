using System.Formats.Asn1;
using Kiosk.Core.Values;

namespace Kiosk.Core.Cards;

/// <summary>
/// What the kiosk needs of an X.509 certificate of the 公的個人認証 (RFC 5280), read from untrusted DER without a certificate store.
/// Whether it is revoked is decided by the 資格確認 server, never by the kiosk (README.md section 6).
/// </summary>
public sealed class JpkiCertificate
{
    private readonly ReadOnlyMemory<byte> _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;

    private JpkiCertificate(byte[] der, ReadOnlyMemory<byte> signed, string algorithm, byte[] signature, DateTimeOffset notBefore,
        DateTimeOffset notAfter, CardPublicKey key)
    {
        Der = der;
        _signed = signed;
        _algorithm = algorithm;
        _signature = signature;
        NotBefore = notBefore;
        NotAfter = notAfter;
        Key = key;
    }

    /// <summary>The certificate, without the FF bytes after it in the file.</summary>
    public byte[] Der { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    public DateOnly FirstDay => JapanTime.DateOf(NotBefore);

    /// <summary>Last day of validity on a Japanese calendar (UTC+9, which has no summer time).</summary>
    public DateOnly LastDay => JapanTime.DateOf(NotAfter);

    public CardPublicKey Key { get; }

    /// <summary>
    /// The algorithm of the key or of the issuer's signature, where this program does not know it; null: both are known. Nothing is proven
    /// by a certificate with an unknown algorithm, and nothing is said against it.
    /// </summary>
    public string? UnknownAlgorithm => !Key.IsKnown ? Key.Name
        : _algorithm is AlgorithmNames.Sha256WithRsa or AlgorithmNames.EcdsaWithSha384 ? null
        : $"signed with {AlgorithmNames.NameOf(_algorithm)}";

    /// <param name="file">EF 000A: the certificate; FF bytes may follow.</param>
    /// <exception cref="InvalidDataException">Not a certificate, or its key is none.</exception>
    public static JpkiCertificate Parse(ReadOnlySpan<byte> file)
    {
        try
        {
            byte[] der = file[..Math.Min(file.Length, TlvReader.TotalLength(file))].ToArray();
            AsnReader certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = certificate.PeekEncodedValue();
            AsnReader body = certificate.ReadSequence();
            string algorithm = certificate.ReadSequence().ReadObjectIdentifier();
            byte[] signature = certificate.ReadBitString(out _);

            if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))) body.ReadEncodedValue(); // version
            body.ReadIntegerBytes(); // serialNumber
            // RFC 5280 section 4.1.1.2. Only the inner name is signed.
            if (body.ReadSequence().ReadObjectIdentifier() != algorithm) throw new InvalidDataException("certificate with two algorithms");
            body.ReadSequence(); // issuer: all generations of the CA have the same name
            AsnReader validity = body.ReadSequence();
            DateTimeOffset notBefore = ReadTime(validity);
            DateTimeOffset notAfter = ReadTime(validity);
            body.ReadSequence(); // subject: an opaque id, not used
            // Date arithmetic overflows beyond these years, and no real certificate has them.
            if (notBefore.Year < 1950 || notAfter.Year > 2200) throw new InvalidDataException("certificate validity");
            CardPublicKey key = CardPublicKey.FromSubjectPublicKeyInfo(body.ReadEncodedValue().Span);
            return new(der, signed, algorithm, signature, notBefore, notAfter, key);
        }
        catch (AsnContentException broken)
        {
            throw new InvalidDataException("not a certificate", broken);
        }
    }

    /// <summary>
    /// Whether this CA issued the certificate: signed it by the algorithm that the certificate names and that goes with the key of the CA,
    /// and was valid when the certificate began.
    /// </summary>
    public bool IsIssuedBy(JpkiCertificate authority) =>
        _algorithm == authority.Key.CertificateAlgorithm && NotBefore >= authority.NotBefore && NotBefore <= authority.NotAfter
            && authority.Key.VerifiesCertificate(_signed.Span, _signature);

    private static DateTimeOffset ReadTime(AsnReader validity) =>
        validity.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? validity.ReadUtcTime() : validity.ReadGeneralizedTime();
}
