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

    private JpkiCertificate(
        byte[] der, ReadOnlyMemory<byte> signed, byte[] signature, DateTimeOffset notBefore, DateTimeOffset notAfter, RsaKey key)
    {
        Der = der;
        _signed = signed;
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

    public RsaKey Key { get; }

    /// <param name="file">EF 000A: the certificate; FF bytes may follow.</param>
    /// <exception cref="InvalidDataException">Not a certificate with an RSA-2048 key.</exception>
    public static JpkiCertificate Parse(ReadOnlySpan<byte> file)
    {
        try
        {
            byte[] der = file[..Math.Min(file.Length, TlvReader.TotalLength(file))].ToArray();
            AsnReader certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = certificate.PeekEncodedValue();
            AsnReader body = certificate.ReadSequence();
            certificate.ReadSequence(); // signatureAlgorithm: only sha256WithRSA is tried
            byte[] signature = certificate.ReadBitString(out _);

            if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))) body.ReadEncodedValue(); // version
            body.ReadIntegerBytes(); // serialNumber
            body.ReadSequence(); // signature
            body.ReadSequence(); // issuer: all generations of the CA have the same name
            AsnReader validity = body.ReadSequence();
            DateTimeOffset notBefore = ReadTime(validity);
            DateTimeOffset notAfter = ReadTime(validity);
            body.ReadSequence(); // subject: an opaque id, not used
            // Date arithmetic overflows beyond these years, and no real certificate has them.
            if (notBefore.Year < 1950 || notAfter.Year > 2200) throw new InvalidDataException("certificate validity");
            return new(der, signed, signature, notBefore, notAfter, RsaKey.FromSubjectPublicKeyInfo(body.ReadEncodedValue().Span));
        }
        catch (AsnContentException broken)
        {
            throw new InvalidDataException("not a certificate", broken);
        }
    }

    /// <summary>Whether this CA issued the certificate: signed it (sha256WithRSA), and was valid when the certificate began.</summary>
    public bool IsIssuedBy(JpkiCertificate authority) =>
        NotBefore >= authority.NotBefore && NotBefore <= authority.NotAfter && authority.Key.Verifies(_signed.Span, _signature);

    private static DateTimeOffset ReadTime(AsnReader validity) =>
        validity.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? validity.ReadUtcTime() : validity.ReadGeneralizedTime();
}
