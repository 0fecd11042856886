using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.Processes.Reception;

/// <summary>What the reception sees of a card: an authentication key with its certificate, and a card-face key.</summary>
internal sealed class TestCard : IDisposable
{
    private static readonly RSA _caKey = RSA.Create(2048);
    private readonly RSA _authentication = RSA.Create(2048);
    private readonly RSA _face = RSA.Create(2048);

    public TestCard(int daysLeft = 900)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        NotAfter = now.AddDays(daysLeft);
        CertificateRequest request = new("CN=1234567890ABCDEF", _authentication, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.Create(Ca.SubjectName, X509SignatureGenerator.CreateForRSA(_caKey,
            RSASignaturePadding.Pkcs1), now.AddYears(-4), NotAfter, RandomNumberGenerator.GetBytes(8));
        Certificate = certificate.RawData;
    }

    /// <summary>Takes the place of the JPKI CA for user authentication.</summary>
    public static X509Certificate2 Ca { get; } = MakeCa();

    public byte[] Certificate { get; }

    public DateTimeOffset NotAfter { get; }

    public DateOnly LastDay => JapanTime.DateOf(NotAfter);

    public CardFacts Facts(DateTimeOffset at) =>
        new(CardKind.MyNumberCard, CertificateRule.StatusOn(LastDay, JapanTime.DateOf(at)), 3, PhotoStatus.Ready, LastDay);

    public CardEvidence Sign(byte[] challenge, EvidenceKey key)
    {
        RSA signer = key == EvidenceKey.Authentication ? _authentication : _face;
        return new(key, Certificate, signer.ExportSubjectPublicKeyInfo(),
            signer.SignData(challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
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
