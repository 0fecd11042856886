using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>Cards of other algorithms than RSA-2048: P-384 is verified, an unknown one is named, what does not fit is refused.</summary>
public sealed class CardAlgorithmTests
{
    private const string AuthorityName = "C=JP, O=JPKI, OU=JPKI for user authentication";

    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("p521", "JPKI 000A: P-521")]
    [InlineData("brainpool", "JPKI 000A: brainpoolP384r1")]
    [InlineData("rsa4096", "JPKI 000A: RSA-4096")]
    [InlineData("ed25519", "JPKI 000A: Ed25519")]
    public async Task A_card_of_an_unknown_algorithm_is_named_as_such(string name, string detail)
    {
        (CardSession session, InProcessChannel channel) = Open(Card(name));
        await using CardSession _ = session;
        FailureException failed = await Assert.ThrowsAsync<FailureException>(() => session.IdentifyAsync(Today, CancellationToken.None));
        Assert.Equal((Failure.CardAlgorithmUnknown, detail), (failed.Failure, failed.Detail));
        Assert.Equal(0, channel.Statistics.VerifyCount);
    }

    /// <summary>A camera may have read the number before the certificate is looked at.</summary>
    [Theory]
    [InlineData("p521", "DF24: P-521")]
    [InlineData("ed25519", "DF24: Ed25519")]
    [InlineData("rsa4096", "DF24: RSA-4096")]
    public async Task A_card_face_of_an_unknown_algorithm_is_named_as_such(string name, string detail)
    {
        VirtualCard card = Card(name);
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret number = Digits(card.PrintedNumber!);
        FailureException failed =
            await Assert.ThrowsAsync<FailureException>(() => session.ReadPhotoAsync(number, null, CancellationToken.None));
        Assert.Equal((Failure.CardAlgorithmUnknown, detail), (failed.Failure, failed.Detail));
    }

    [Theory]
    [InlineData("der", Failure.CardAlgorithmUnknown, "JPKI 0017 signs in DER")]
    [InlineData("cut", Failure.CardNotGenuine, "JPKI 0017")]
    [InlineData("r zero", Failure.CardNotGenuine, "JPKI 0017")]
    [InlineData("zeros", Failure.CardNotGenuine, "JPKI 0017")]
    [InlineData("rsa", Failure.CardNotGenuine, "JPKI 0017")]
    [InlineData("none", Failure.CardNotGenuine, "JPKI 0017")]
    public async Task A_signature_that_does_not_fit_the_certificate_is_refused(string what, Failure failure, string detail)
    {
        await using CardSession session = new(new Signing(Card("p384"), what), Trust, new ReadLength(false));
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret pin = Digits("1234");
        FailureException failed =
            await Assert.ThrowsAsync<FailureException>(() => session.VerifyPinAsync(pin, Challenge, CancellationToken.None));
        Assert.Equal((failure, detail), (failed.Failure, failed.Detail));
    }

    [Theory]
    [InlineData("der", Failure.CardAlgorithmUnknown, "DF24 signs in DER")]
    [InlineData("r zero", Failure.CardNotGenuine, "DF24")]
    public async Task The_active_proof_of_the_card_face_is_as_strict(string what, Failure failure, string detail)
    {
        VirtualCard card = Card("p384");
        await using CardSession session = new(new Signing(card, what), Trust, new ReadLength(false));
        using Secret number = Digits(card.PrintedNumber!);
        FailureException failed =
            await Assert.ThrowsAsync<FailureException>(() => session.ReadPhotoAsync(number, null, CancellationToken.None));
        Assert.Equal((failure, detail), (failed.Failure, failed.Detail));
    }

    [Theory]
    [InlineData(Failure.CardNotGenuine, "cut")]
    [InlineData(Failure.CardAlgorithmUnknown, "der")]
    public void Evidence_without_a_PIN_is_as_strict(Failure failure, string what)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] certificate = Leaf(key, key, HashAlgorithmName.SHA384);
        byte[] signature = key.SignData(Challenge, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Assert.Equal(signature, CardEvidence.ByAuthenticationKey(certificate, Challenge, signature).Signature);
        Assert.Equal(failure, Assert.Throws<FailureException>(
            () => CardEvidence.ByAuthenticationKey(certificate, Challenge, Signing.Changed(signature, what))).Failure);
    }

    [Fact]
    public void The_algorithm_is_that_of_the_certificate_and_of_the_key_that_issued_it()
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384), other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        CardTrust both = new([], [Authority(ec), Authority(rsa)]), old = new([], [Authority(rsa)]);
        Assert.True(both.HasIssued(JpkiCertificate.Parse(Leaf(other, ec, HashAlgorithmName.SHA384))));
        Assert.True(both.HasIssued(JpkiCertificate.Parse(Leaf(other, rsa, HashAlgorithmName.SHA256))));
        Assert.True(both.HasIssued(JpkiCertificate.Parse(Leaf(rsa, ec, HashAlgorithmName.SHA384))));
        Assert.False(both.HasIssued(JpkiCertificate.Parse(Leaf(ec, other, HashAlgorithmName.SHA384))));
        Assert.False(old.HasIssued(JpkiCertificate.Parse(Leaf(other, ec, HashAlgorithmName.SHA384))));
    }

    [Theory]
    [InlineData("SHA256", "signed with ecdsa-with-SHA256")]
    [InlineData("SHA512", "signed with ecdsa-with-SHA512")]
    [InlineData("SHA384", null)]
    public void Only_SHA_384_goes_with_P_384(string hash, string? unknown)
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        JpkiCertificate certificate = JpkiCertificate.Parse(Leaf(ec, ec, new HashAlgorithmName(hash)));
        Assert.Equal(unknown, certificate.UnknownAlgorithm);
        Assert.Equal(unknown is null, new CardTrust([], [Authority(ec)]).HasIssued(certificate));
    }

    [Fact]
    public void A_certificate_that_names_RSA_is_not_verified_with_an_EC_key()
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] good = Leaf(ec, ec, HashAlgorithmName.SHA384);
        byte[] named = Replaced(good, "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.2");
        JpkiCertificate changed = JpkiCertificate.Parse(named);
        Assert.Equal("signed with ecdsa-with-SHA256", changed.UnknownAlgorithm);
        Assert.False(new CardTrust([], [Authority(ec)]).HasIssued(changed));
    }

    [Fact]
    public void A_certificate_with_two_algorithms_is_none()
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] certificate = Leaf(ec, ec, HashAlgorithmName.SHA384);
        byte[] name = Identifier("1.2.840.10045.4.3.3");
        certificate[certificate.AsSpan().LastIndexOf(name) + name.Length - 1] = 0x02;
        Assert.Throws<InvalidDataException>(() => JpkiCertificate.Parse(certificate));
    }

    [Fact]
    public async Task A_card_without_the_sex_is_read_and_its_record_says_none()
    {
        VirtualCard card = Card("no-sex");
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret number = Digits(card.PrintedNumber!);
        (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose();
        CardEvidence evidence = await session.ProvePresenceAsync(Challenge, CancellationToken.None);
        CardFaceHolder holder = evidence.CardFace!.Verified(Trust);
        Assert.Equal(("19930409", null), (holder.Birth, holder.Sex));
        Assert.Equal(evidence.PublicKey, holder.Key.SubjectPublicKeyInfo);
    }

    [Theory]
    [InlineData("standard", 32, 256)]
    [InlineData("p384", 48, 96)]
    public async Task The_signed_record_is_verified_without_its_pictures(string name, int digest, int signature)
    {
        VirtualCard card = Card(name);
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret number = Digits(card.PrintedNumber!);
        (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose();
        CardFaceChain chain = (await session.ProvePresenceAsync(Challenge, CancellationToken.None)).CardFace!;
        Assert.Equal((digest, digest, signature), (chain.NameDigest.Length, chain.PhotoDigest.Length, chain.Signature.Length));
        Assert.Equal(("19930409", "2"), (chain.Verified(Trust).Birth, chain.Verified(Trust).Sex));
        byte[] identity = [.. chain.Identity];
        identity[5] ^= 1;
        Assert.Throws<InvalidDataException>(() => (chain with { Identity = identity }).Verified(Trust));
        Assert.Throws<InvalidDataException>(() => (chain with { PhotoDigest = new byte[digest] }).Verified(Trust));
        Assert.Throws<InvalidDataException>(() => (chain with { NameDigest = new byte[80 - digest] }).Verified(Trust));
        Assert.Throws<InvalidDataException>(() => (chain with { Signature = new byte[signature] }).Verified(Trust));
    }

    private static byte[] Authority(AsymmetricAlgorithm key)
    {
        X500DistinguishedName name = new(AuthorityName);
        CertificateRequest request = new(name, Public(key), key is RSA ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384);
        using X509Certificate2 certificate = request.Create(name, Generator(key), Day.AddYears(-1), Day.AddYears(9), [1]);
        return certificate.RawData;
    }

    private static byte[] Leaf(AsymmetricAlgorithm key, AsymmetricAlgorithm authority, HashAlgorithmName hash)
    {
        CertificateRequest request = new(new X500DistinguishedName("CN=1"), Public(key), hash);
        using X509Certificate2 certificate =
            request.Create(new X500DistinguishedName(AuthorityName), Generator(authority), Day, Day.AddYears(1), [2]);
        return certificate.RawData;
    }

    private static PublicKey Public(AsymmetricAlgorithm key) =>
        PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);

    private static X509SignatureGenerator Generator(AsymmetricAlgorithm key) => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    private static byte[] Identifier(string dotted)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(dotted);
        return writer.Encode();
    }

    private static byte[] Replaced(byte[] bytes, string from, string to)
    {
        byte[] changed = [.. bytes], old = Identifier(from), now = Identifier(to);
        for (int at = changed.AsSpan().IndexOf(old); at >= 0; at = changed.AsSpan().IndexOf(old)) now.CopyTo(changed, at);
        return changed;
    }

    /// <summary>A genuine card whose signatures are changed on their way.</summary>
    private sealed class Signing(VirtualCard card, string what) : ICardChannel
    {
        private readonly InProcessChannel _card = new(card, LinkModel.None);

        public bool MayCarryExtendedLength => false;

        public static byte[] Changed(byte[] plain, string what) => what switch
        {
            "der" => Der(plain),
            "cut" => plain[..^1],
            "r zero" => [.. new byte[48], .. plain[48..]],
            "zeros" => new byte[96],
            "rsa" => [.. Enumerable.Repeat((byte)0x5A, 256)],
            "none" => [],
            _ => throw new ArgumentException(what, nameof(what)),
        };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
        {
            int length = _card.Transmit(command, response);
            if (command is not [0x80, 0x2A, ..] || length != 98) return length;
            byte[] changed = [.. Changed(response[..96].ToArray(), what), 0x90, 0x00];
            changed.CopyTo(response);
            return changed.Length;
        }

        public void Dispose() => _card.Dispose();

        private static byte[] Der(byte[] plain)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteIntegerUnsigned(plain.AsSpan(0, 48).TrimStart((byte)0));
                writer.WriteIntegerUnsigned(plain.AsSpan(48).TrimStart((byte)0));
            }

            return writer.Encode();
        }
    }
}
