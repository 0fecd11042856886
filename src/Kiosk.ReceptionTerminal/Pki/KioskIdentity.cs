using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>A kiosk's id: the URI urn:kiosk:ID in its certificate, and nothing else.</summary>
internal static class KioskIdentity
{
    private const string SubjectAlternativeName = "2.5.29.17";

    // RFC 5280, section 4.2.1.6: GeneralName [6], uniformResourceIdentifier.
    private static readonly Asn1Tag _uri = new(TagClass.ContextSpecific, 6);

    /// <summary>1 to 32 of a-z, 0-9 and hyphen: these fit into a file name, a URN and the page.</summary>
    public static bool IsId(string id) =>
        id.Length is >= 1 and <= 32 && id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <returns>Null when the certificate names no kiosk, or more than one.</returns>
    public static string? IdIn(X509Certificate2 certificate)
    {
        X509Extension? san = certificate.Extensions[SubjectAlternativeName];
        if (san is null) return null;
        string? id = null;
        try
        {
            AsnReader names = new AsnReader(san.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(_uri))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                string uri = names.ReadCharacterString(UniversalTagNumber.IA5String, _uri);
                if (id is not null || !uri.StartsWith(LinkTrust.KioskUrn, StringComparison.Ordinal)) return null;
                id = uri[LinkTrust.KioskUrn.Length..];
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }

        return id is not null && IsId(id) ? id : null;
    }
}
