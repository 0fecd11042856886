using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Fuzz;

/// <summary>
/// Every parser of bytes from a card. A target accepts any bytes. It catches only the exceptions that the parser documents
/// (<see cref="InvalidDataException"/>, <see cref="FailureException"/>), so any other exception is a fault that was found.
/// </summary>
public static class FuzzTargets
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    public delegate void Target(ReadOnlySpan<byte> input);

    public static IReadOnlyDictionary<string, Target> All { get; } = new SortedDictionary<string, Target>(StringComparer.Ordinal)
    {
        ["tlv"] = Tlv,
        ["apdu"] = Apdu,
        ["record"] = Record,
        ["issuer"] = Issuer,
        ["certificate"] = Certificate,
        ["session"] = HostileCard.Run,
        ["photo"] = input => CardPortraitOf(input),
        ["name"] = input => NamePicture.WriteAnew(input),
    };

    /// <summary>Runs one target on one input.</summary>
    /// <exception cref="Exception">A fault was found: an exception that the parser does not document.</exception>
    public static void Run(Target target, ReadOnlySpan<byte> input)
    {
        try
        {
            target(input);
        }
        catch (Exception promised) when (promised is InvalidDataException or FailureException)
        {
            // The right answer to a hostile card.
        }
    }

    private static void Tlv(ReadOnlySpan<byte> input)
    {
        if (input.Length > 0) TlvReader.TotalLength(input);
        Walk(new TlvReader(input));

        static void Walk(TlvReader level)
        {
            while (level.MoveNext())
            {
                if (level.Encoded.Length < level.Value.Length) throw new InvalidOperationException("value longer than its object");
                if ((level.Tag & (level.Tag > 0xFF ? 0x2000 : 0x20)) != 0) Walk(level.Children());
            }
        }
    }

    private static void Apdu(ReadOnlySpan<byte> input)
    {
        JpkiApp.ParseLabel(input);
        JpkiApp.HasNoCertificate(input);
        CommonApp.ParseExpiry(input);
        if (input.Length < 2) return;
        ResponseApdu response = new(input);
        _ = (response.Status.BytesWaiting, response.Status.RightLe, response.Status.TriesLeft,
            response.Status.IsBlocked, response.Status.MeansNotThere);
        ParsedCommand.Parse(input.ToArray());
    }

    private static void Record(ReadOnlySpan<byte> input)
    {
        CardFaceRecord face = new(input);
        _ = (face.Photo.Length, face.NamePng.Length, face.Signature.Length, face.Expiry);
        CardPublicKey key = face.CardKey;
        byte[] digests = new byte[3 * key.DigestLength];
        PassiveAuthentication.Digests(face, key, digests);
        key.VerifiesDigests(digests, face.Signature);
    }

    private static void Issuer(ReadOnlySpan<byte> input)
    {
        CardVerifiableCertificate certificate = new(input);
        _ = certificate.IssuerKeyId.Length;
        certificate.SubjectKey.Verifies(certificate.Body, certificate.Signature);
    }

    private static void Certificate(ReadOnlySpan<byte> input)
    {
        JpkiCertificate certificate = JpkiCertificate.Parse(input);
        CertificateRule.StatusOn(certificate.LastDay, Today);
        CertificateRule.StatusOn(certificate.LastDay, Today, isPhone: true);
        _ = certificate.FirstDay;
        certificate.IsIssuedBy(certificate);
        _ = (certificate.UnknownAlgorithm, certificate.Key.SubjectPublicKeyInfo.Length);
    }

    private static void CardPortraitOf(ReadOnlySpan<byte> input) => CardPortrait.Decode(input).Dispose();
}
