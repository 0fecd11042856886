using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

public sealed class CardTrustFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-trust-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_card_is_accepted_by_trust_anchors_from_files()
    {
        Hierarchy.SaveTrust(_folder, Today);
        VirtualCard card = Card("standard");
        (CardSession session, _) = Open(card, trust: CardTrustFolder.Load(_folder));
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret number = Digits(card.PrintedNumber!);
        (await session.ReadPhotoAsync(number, CancellationToken.None)).Dispose();
    }

    [Theory]
    [InlineData("jpki-2023.pem", "not a certificate")]
    [InlineData("cv-00.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    public void The_failure_names_a_broken_file(string name, string content)
    {
        File.WriteAllText(Path.Combine(_folder, name), content);
        FailureException failed = Assert.Throws<FailureException>(() => CardTrustFolder.Load(_folder));
        Assert.Equal((Failure.CertificateFileBroken, name), (failed.Failure, failed.Detail));
    }

    [Fact]
    public void The_failure_names_a_missing_folder() =>
        Assert.Equal(Failure.CertificateFileBroken,
            Assert.Throws<FailureException>(() => CardTrustFolder.Load(Path.Combine(_folder, "no"))).Failure);
}
