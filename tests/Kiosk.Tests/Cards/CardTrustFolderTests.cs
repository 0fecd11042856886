using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
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
        (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose();
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

    public static TheoryData<string, byte[]> Forms
    {
        get
        {
            (byte[] one, byte[] two) = (Authority("2019"), Authority("2023"));
            string bundle = $"subject=OU=JPKI for user authentication\n{Pem(one)}\n\nsubject=/O=JPKI\n{Pem(two)}\n";
            return new()
            {
                { "jpki-all.pem", Encoding.ASCII.GetBytes(bundle) },
                { "jpki-all.crt", Encoding.ASCII.GetBytes(bundle.Replace("\n", "\r\n", StringComparison.Ordinal)) },
                { "JPKI-ALL.PEM", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("認証局の証明書\n" + bundle)] },
                { "jpki-all.cer", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(bundle)] },
                { "jpki-all.cer", Encoding.ASCII.GetBytes("\n\n  " + bundle) },
                { "jpki-all.p7b", Pkcs7(one, two) },
                { "jpki-all.pem", Encoding.ASCII.GetBytes(PemEncoding.WriteString("PKCS7", Pkcs7(one, two))) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_certificate_of_a_file_counts_in_every_form(string name, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), content);
        TrustFiles files = CardTrustFolder.Read(_folder);
        Assert.Equal(2, files.Certificates);
        Assert.Empty(files.NotUsed);
    }

    [Theory]
    [InlineData("jpki-2023.cer")]
    [InlineData("jpki-2023.crt")]
    [InlineData("jpki-2023.der")]
    [InlineData("Jpki-2023.DER")]
    [InlineData("jpki-2023.pem")]
    public void A_DER_certificate_is_read_whatever_its_ending(string name)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), Authority("2023"));
        Assert.Equal(1, CardTrustFolder.Read(_folder).Certificates);
    }

    [Fact]
    public async Task A_card_of_the_second_CA_in_a_bundle_is_genuine()
    {
        Hierarchy.SaveTrust(_folder, Today);
        string file = Path.Combine(_folder, "jpki-simulated.pem");
        await File.WriteAllTextAsync(file, $"{Pem(Authority("2015"))}\n{await File.ReadAllTextAsync(file)}");
        (CardSession session, _) = Open(Card("standard"), trust: CardTrustFolder.Load(_folder));
        await using CardSession _1 = session;
        Assert.Equal(CardKind.MyNumberCard, (await session.IdentifyAsync(Today, CancellationToken.None)).Kind);
    }

    [Fact]
    public void A_public_key_in_DER_and_one_with_a_byte_order_mark_are_read()
    {
        using RSA key = RSA.Create(2048);
        File.WriteAllBytes(Path.Combine(_folder, $"cv-{new string('5', 32)}.der"), key.ExportSubjectPublicKeyInfo());
        File.WriteAllBytes(Path.Combine(_folder, $"cv-{new string('a', 32)}.pem"),
            [0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())]);
        Assert.Equal(2, CardTrustFolder.Read(_folder).CardFaceKeys);
    }

    [Fact]
    public void What_was_not_used_is_named()
    {
        using RSA key = RSA.Create(2048);
        File.WriteAllText(Path.Combine(_folder, "jpki-1.pem"), $"{Pem(Authority("1"))}\n{key.ExportPkcs8PrivateKeyPem()}");
        foreach (string name in (string[])["README.txt", "new-ca.cer", "jpki-old.pem.bak"])
            File.WriteAllText(Path.Combine(_folder, name), "");
        Directory.CreateDirectory(Path.Combine(_folder, "old"));
        TrustFiles files = CardTrustFolder.Read(_folder);
        Assert.Equal(1, files.Certificates);
        Assert.Equal(["README.txt", "jpki-1.pem (PRIVATE KEY)", "jpki-old.pem.bak", "new-ca.cer", "old"],
            files.NotUsed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_damaged_certificate_in_a_bundle_is_not_left_out_in_silence()
    {
        string second = Pem(Authority("2")).Replace("-----END", "!!-----END", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "jpki-all.pem"), $"{Pem(Authority("1"))}\n{second}");
        FailureException failed = Assert.Throws<FailureException>(() => CardTrustFolder.Load(_folder));
        Assert.Equal((Failure.CertificateFileBroken, "jpki-all.pem"), (failed.Failure, failed.Detail));
    }

    [Fact]
    public void The_same_certificate_in_two_files_counts_once()
    {
        byte[] certificate = Authority("1");
        File.WriteAllText(Path.Combine(_folder, "jpki-a.pem"), Pem(certificate));
        File.WriteAllBytes(Path.Combine(_folder, "jpki-b.cer"), certificate);
        Assert.Equal(1, CardTrustFolder.Read(_folder).Certificates);
    }

    [Fact]
    public void The_failure_names_a_missing_folder() =>
        Assert.Equal(Failure.CertificateFileBroken,
            Assert.Throws<FailureException>(() => CardTrustFolder.Load(Path.Combine(_folder, "no"))).Failure);

    private static string Pem(byte[] certificate) => PemEncoding.WriteString("CERTIFICATE", certificate);

    private static byte[] Authority(string name)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new($"CN=CA {name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset day = new(Today, TimeOnly.MinValue, TimeSpan.Zero);
        using X509Certificate2 certificate = request.CreateSelfSigned(day.AddYears(-1), day.AddYears(9));
        return certificate.RawData;
    }

    private static byte[] Pkcs7(params byte[][] certificates)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        Asn1Tag explicit0 = new(TagClass.ContextSpecific, 0);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(explicit0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                }

                using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                using (writer.PushSetOf(explicit0))
                    foreach (byte[] certificate in certificates) writer.WriteEncodedValue(certificate);
                using (writer.PushSetOf())
                {
                }
            }
        }

        return writer.Encode();
    }
}
