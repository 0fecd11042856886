using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>What a card or a phone signs, and after what proof of its holder.</summary>
public class CardSigningTests
{
    [Theory]
    [InlineData("standard", 256)]
    [InlineData("p384", 96)]
    public async Task The_right_PIN_signs_the_challenge(string name, int signature)
    {
        (CardSession session, InProcessChannel channel) = Open(Card(name));
        await using CardSession _ = session;
        using Secret pin = Digits("1234");
        (PinAnswer answer, CardEvidence? evidence) = await session.VerifyPinAsync(pin, Challenge, CancellationToken.None);
        Assert.IsType<PinAnswer.Accepted>(answer);
        Assert.Equal(EvidenceKey.Authentication, evidence!.Key);
        Assert.Equal(signature, evidence.Signature.Length);
        Assert.True(Verifies(evidence));
        Assert.Equal(1, channel.Statistics.VerifyCount);
    }

    [Fact]
    public async Task The_certificate_of_a_phone_is_readable_after_the_PIN()
    {
        (CardSession session, _) = Open(Card("android"));
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        using Secret pin = Digits("1234");
        (PinAnswer answer, CardEvidence? evidence) = await session.VerifyPinAsync(pin, Challenge, CancellationToken.None);
        CardFacts facts = Assert.IsType<PinAnswer.Accepted>(answer).Facts!;
        Assert.Equal((CertificateStatus.Valid, Today.AddDays(1200)), (facts.Certificate, facts.ExpiresOn));
        Assert.NotEmpty(evidence!.Certificate);
    }

    [Fact]
    public async Task A_phone_whose_certificate_ended_yesterday_has_expired()
    {
        (CardSession session, _) = Open(Card("android-expired"));
        await using CardSession _1 = session;
        Assert.Equal(CertificateStatus.Valid, (await session.IdentifyAsync(Today, CancellationToken.None)).Certificate);
        using Secret pin = Digits("1234");
        PinAnswer answer = (await session.VerifyPinAsync(pin, Challenge, CancellationToken.None)).Answer;
        Assert.Equal(CertificateStatus.Expired, Assert.IsType<PinAnswer.Accepted>(answer).Facts!.Certificate);
    }

    [Fact]
    public async Task An_iPhone_signs_without_a_PIN_after_it_has_confirmed_its_holder()
    {
        VirtualCard phone = Card("iphone");
        (CardSession session, _) = Open(phone);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        CardEvidence evidence = await session.SignUnlockedAsync(Challenge, CancellationToken.None);
        Assert.True(Verifies(evidence));
        Assert.Equal((EvidenceKey.Authentication, 0), (evidence.Key, phone.VerifyCount));
    }

    [Theory]
    [InlineData("iphone-locked")]
    [InlineData("standard")]
    public async Task A_phone_that_has_not_confirmed_its_holder_does_not_sign(string name) =>
        Assert.Equal(Failure.PhoneLocked, await FailureOf(Card(name), s => s.SignUnlockedAsync(Challenge, CancellationToken.None)));

    [Fact]
    public async Task Each_wrong_PIN_spends_a_try_and_the_third_blocks()
    {
        VirtualCard card = Card("standard");
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret wrong = Digits("9999");
        using Secret right = Digits("1234");
        Assert.Equal(new PinAnswer.Wrong(2), (await session.VerifyPinAsync(wrong, Challenge, CancellationToken.None)).Answer);
        Assert.Equal(new PinAnswer.Wrong(1), (await session.VerifyPinAsync(wrong, Challenge, CancellationToken.None)).Answer);
        Assert.IsType<PinAnswer.Blocked>((await session.VerifyPinAsync(wrong, Challenge, CancellationToken.None)).Answer);
        Assert.IsType<PinAnswer.Blocked>((await session.VerifyPinAsync(right, Challenge, CancellationToken.None)).Answer);
        // The fourth PIN was not sent, because no try was left.
        Assert.Equal(3, card.VerifyCount);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("p384")]
    public async Task After_the_photo_the_card_signs_without_a_PIN_that_it_is_present(string name)
    {
        VirtualCard card = Card(name);
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret number = Digits(card.PrintedNumber!);
        (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose();
        CardEvidence evidence = await session.ProvePresenceAsync(Challenge, CancellationToken.None);
        Assert.Equal(EvidenceKey.CardFace, evidence.Key);
        Assert.True(Verifies(evidence));
        Assert.NotEmpty(evidence.Certificate);
    }

    /// <summary>By the library, without the code of the product.</summary>
    private static bool Verifies(CardEvidence evidence)
    {
        if (evidence.Signature.Length == 96)
        {
            using ECDsa ec = ECDsa.Create();
            ec.ImportSubjectPublicKeyInfo(evidence.PublicKey, out int _1);
            return ec.VerifyData(Challenge, evidence.Signature, HashAlgorithmName.SHA384);
        }

        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(evidence.PublicKey, out int _2);
        return rsa.VerifyData(Challenge, evidence.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
