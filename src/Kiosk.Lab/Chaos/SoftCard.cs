using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// The part of a card that the reception checks: a key with a certificate. It needs no reader; tests and benches of the link use
/// it.
/// </summary>
internal sealed class SoftCard : IDisposable
{
    private static readonly Answers s_answers = Answers.All(SitePolicy.Default, true);

    private readonly RSA _key = RSA.Create(2048);
    private readonly byte[] _certificate;
    private readonly DateOnly _lastDay;

    public SoftCard(TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow(), ends = now.AddDays(900);
        CertificateRequest request = new($"CN={RandomNumberGenerator.GetHexString(16)}", _key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddYears(-1), ends);
        _certificate = certificate.RawData;
        _lastDay = JapanTime.DateOf(ends);
    }

    /// <summary>Makes a check-in by PIN, with a signature over the reception's challenge.</summary>
    public CheckIn CheckIn(Guid key, Guid visit, byte[] challenge, DateTimeOffset at) => new(
        key, visit, at, Method.Pin, new CardFacts(CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Ready, _lastDay),
        new CardEvidence(EvidenceKey.Authentication, _certificate, _key.ExportSubjectPublicKeyInfo(),
            _key.SignData(challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        null as FaceVerdict, null, s_answers);

    public void Dispose() => _key.Dispose();
}
