using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Institution;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>特定機関認証: signing without a PIN, with blocks from the simulated institution.</summary>
public sealed class PinlessTests
{
    private static readonly byte[] Challenge = new byte[32];

    private static SimulatedInstitution Institution(SimulatedHierarchy hierarchy) =>
        new(InstitutionKeys.Certificate(hierarchy), InstitutionKeys.Key(hierarchy));

    [Fact]
    public async Task For_an_institution_that_the_card_accepts_the_challenge_is_signed_once_without_a_PIN()
    {
        VirtualCard card = Card("standard");
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        byte[] signature = (await Institution(Hierarchy).SignAsync(block => session.RelayAsync(block, CancellationToken.None), Challenge))!;
        Assert.Equal(0, card.VerifyCount);

        using Secret pin = Digits("1234");
        byte[] byPin = (await session.VerifyPinAsync(pin, Challenge, CancellationToken.None)).Evidence!.Signature;
        // PKCS#1 v1.5 is not random: the same key and challenge give the same signature.
        Assert.Equal(byPin, signature);
    }

    [Fact]
    public async Task A_P_384_card_signs_for_the_institution_with_its_own_digest()
    {
        VirtualCard card = Card("p384");
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        byte[] signature = (await Institution(Hierarchy).SignAsync(block => session.RelayAsync(block, CancellationToken.None), Challenge))!;
        CardEvidence evidence = CardEvidence.ByAuthenticationKey(session.Certificate!, Challenge, signature);
        Assert.Equal((96, 0), (evidence.Signature.Length, card.VerifyCount));
    }

    [Theory]
    [InlineData("standard", 48)]
    [InlineData("p384", 51)]
    public async Task A_digest_of_another_kind_of_key_is_not_sent_to_the_card(string name, int length)
    {
        (CardSession session, InProcessChannel channel) = Open(Card(name));
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, CancellationToken.None);
        int before = channel.Statistics.Apdus;
        byte[] block = [0x80, 0x2A, 0x00, 0x80, (byte)length, .. new byte[length], 0x00];
        Assert.Equal([0x67, 0x00], await session.RelayAsync(block, CancellationToken.None));
        Assert.Equal(before, channel.Statistics.Apdus);
    }

    [Fact]
    public async Task A_second_signature_needs_a_second_exchange()
    {
        (CardSession session, _) = Open(Card("standard"));
        await using CardSession _1 = session;
        await Institution(Hierarchy).SignAsync(block => session.RelayAsync(block, CancellationToken.None), Challenge);
        byte[] info = new byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo(Challenge, info);
        Assert.Equal([0x69, 0x82], await session.RelayAsync((byte[])[0x80, 0x2A, 0x00, 0x80, 51, .. info, 0x00], CancellationToken.None));
    }

    [Fact]
    public async Task An_institution_of_another_CA_is_refused_by_the_card()
    {
        using SimulatedHierarchy stranger = new(null);
        (CardSession session, _) = Open(Card("standard"));
        await using CardSession _1 = session;
        Assert.Null(await Institution(stranger).SignAsync(block => session.RelayAsync(block, CancellationToken.None), Challenge));
    }

    [Theory]
    [InlineData("002000800431323334")] // VERIFY
    [InlineData("00A4020C020005")] // SELECT of 個人番号
    [InlineData("00A4040C0AD3921000310001010408")] // SELECT of the 入力補助AP
    [InlineData("00B08A0000")] // READ by short file id
    [InlineData("802A00800101")] // a signature over something that is not a digest
    [InlineData("00240180")] // CHANGE PIN
    [InlineData("")]
    public async Task No_block_selects_a_file_or_sends_a_PIN(string block)
    {
        (CardSession session, InProcessChannel channel) = Open(Card("standard"));
        await using CardSession _1 = session;
        FailureException refused = await Assert.ThrowsAsync<FailureException>(
            () => session.RelayAsync(Convert.FromHexString(block), CancellationToken.None));
        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        Assert.Equal(0, channel.Statistics.Apdus);
    }
}
