using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.Processes.Reception;

/// <summary>What the reception sees of a card: an authentication key with its certificate, and a card-face key.</summary>
internal sealed class TestCard : IDisposable
{
    private static readonly RSA _caKey = RSA.Create(2048);
    private readonly AsymmetricAlgorithm _authentication;
    private readonly AsymmetricAlgorithm _face;

    /// <param name="make">Makes the keys of the card; null: RSA-2048.</param>
    public TestCard(int daysLeft = 900, Func<AsymmetricAlgorithm>? make = null)
    {
        make ??= () => RSA.Create(2048);
        (_authentication, _face) = (make(), make());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        NotAfter = now.AddDays(daysLeft);
        PublicKey key = PublicKey.CreateFromSubjectPublicKeyInfo(_authentication.ExportSubjectPublicKeyInfo(), out _);
        CertificateRequest request = new(new X500DistinguishedName("CN=1234567890ABCDEF"), key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.Create(Ca.SubjectName, X509SignatureGenerator.CreateForRSA(_caKey,
            RSASignaturePadding.Pkcs1), now.AddYears(-4), NotAfter, RandomNumberGenerator.GetBytes(8));
        Certificate = certificate.RawData;
    }

    public static ECDsa P384() => ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>Takes the place of the JPKI CA for user authentication.</summary>
    public static X509Certificate2 Ca { get; } = MakeCa();

    public byte[] Certificate { get; }

    public DateTimeOffset NotAfter { get; }

    public DateOnly LastDay => JapanTime.DateOf(NotAfter);

    public CardFacts Facts(DateTimeOffset at) =>
        new(CardKind.MyNumberCard, CertificateRule.StatusOn(LastDay, JapanTime.DateOf(at)), 3, PhotoStatus.Ready, LastDay);

    public CardEvidence Sign(byte[] challenge, EvidenceKey key)
    {
        AsymmetricAlgorithm signer = key == EvidenceKey.Authentication ? _authentication : _face;
        return new(key, Certificate, signer.ExportSubjectPublicKeyInfo(), signer is RSA rsa
            ? rsa.SignData(challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)signer).SignData(challenge, HashAlgorithmName.SHA384));
    }

    public void Dispose()
    {
        _authentication.Dispose();
        _face.Dispose();
    }

    private static X509Certificate2 MakeCa()
    {
        CertificateRequest request =
            new("C=JP, O=JPKI, OU=JPKI for user authentication", _caKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddYears(-9), now.AddYears(5));
    }
}
