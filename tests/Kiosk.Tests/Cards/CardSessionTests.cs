using System.Diagnostics.CodeAnalysis;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

public class CardSessionTests
{
    [Theory]
    [InlineData("standard", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("p384", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("no-sex", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("residence", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.NeedsNumber)]
    [InlineData("sleepy", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("expiring", CardKind.MyNumberCard, CertificateStatus.Expiring, 3, PhotoStatus.Reading)]
    [InlineData("grace", CardKind.MyNumberCard, CertificateStatus.Grace, 3, PhotoStatus.Reading)]
    [InlineData("expired", CardKind.MyNumberCard, CertificateStatus.Expired, 3, PhotoStatus.Reading)]
    [InlineData("pin-locked", CardKind.MyNumberCard, CertificateStatus.Valid, 0, PhotoStatus.Reading)]
    [InlineData("no-pin", CardKind.MyNumberCard, CertificateStatus.Valid, 0, PhotoStatus.Reading)]
    [InlineData("last-try", CardKind.MyNumberCard, CertificateStatus.Valid, 1, PhotoStatus.Reading)]
    [InlineData("counterfeit", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("foreign", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("child", CardKind.MyNumberCard, CertificateStatus.Valid, 3, PhotoStatus.Reading)]
    [InlineData("past-card", CardKind.MyNumberCard, CertificateStatus.Expired, 3, PhotoStatus.Reading)]
    [InlineData("android", CardKind.AndroidPhone, CertificateStatus.Valid, 3, PhotoStatus.Unavailable)]
    [InlineData("iphone", CardKind.Iphone, CertificateStatus.Valid, 0, PhotoStatus.Unavailable)]
    [InlineData("iphone-expired", CardKind.Iphone, CertificateStatus.Expired, 0, PhotoStatus.Unavailable)]
    [InlineData("iphone-locked", CardKind.Iphone, CertificateStatus.Valid, 0, PhotoStatus.Unavailable)]
    public async Task A_card_is_identified(string name, CardKind kind, CertificateStatus certificate, int tries, PhotoStatus photo)
    {
        (CardSession session, InProcessChannel channel) = Open(Card(name));
        await using CardSession _ = session;
        CardFacts facts = await session.IdentifyAsync(Today, CancellationToken.None);
        Assert.Equal((kind, certificate, tries, photo), (facts.Kind, facts.Certificate, facts.PinTries, facts.Photo));
        Assert.Equal(0, channel.Statistics.VerifyCount);
    }

    [Theory]
    [InlineData("licence", Failure.CardIsLicence)]
    [InlineData("old-resident", Failure.CardIsOldResidentCard)]
    [InlineData("other-card", Failure.CardUnknown)]
    [InlineData("unreadable", Failure.CardUnreadable)]
    [InlineData("no-certificate", Failure.CardHasNoCertificate)]
    [InlineData("silent", Failure.CardSilent)]
    [InlineData("future", Failure.ClockWrong)]
    [InlineData("foreign-ca", Failure.CardNotGenuine)]
    public async Task A_card_that_cannot_be_used_gives_its_own_failure(string name, Failure expected) =>
        Assert.Equal(expected, await FailureOf(Card(name), s => s.IdentifyAsync(Today, CancellationToken.None)));

    [Fact]
    public async Task The_last_day_is_a_day_in_Japan()
    {
        (CardSession session, _) = Open(Card("expiring"));
        await using CardSession _1 = session;
        CardFacts facts = await session.IdentifyAsync(Today, CancellationToken.None);
        Assert.Equal(Today.AddDays(40), facts.ExpiresOn);
    }

    [Theory]
    [InlineData("standard", false)]
    [InlineData("p384", false)]
    [InlineData("residence", true)]
    public async Task A_residence_card_is_told_by_its_second_application(string name, bool expected)
    {
        (CardSession session, _) = Open(Card(name));
        await using CardSession _1 = session;
        Assert.Equal(expected, (await session.IdentifyAsync(Today, CancellationToken.None)).IsResidenceCard);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("p384")]
    public async Task A_certificate_of_an_unknown_CA_is_not_genuine(string name) =>
        Assert.Equal(Failure.CardNotGenuine,
            await FailureOf(Card(name), s => s.IdentifyAsync(Today, CancellationToken.None), new CardTrust([], [])));

    [Theory]
    [InlineData("standard", false)]
    [InlineData("standard", true)]
    [InlineData("p384", false)]
    [InlineData("p384", true)]
    public async Task The_photo_is_read_with_the_printed_number_and_proven_genuine(string name, bool extended)
    {
        VirtualCard card = Card(name);
        (CardSession session, InProcessChannel channel) = Open(card, extended);
        await using CardSession _ = session;
        using Secret number = Digits(card.PrintedNumber!);
        using CardPhoto photo = await session.ReadPhotoAsync(number, null, CancellationToken.None);
        Assert.True(photo.Jpeg2000.Bytes.SequenceEqual(Photo));
        Assert.Equal(1, channel.Statistics.VerifyCount);
        Assert.InRange(channel.Statistics.Apdus, 10, extended ? 25 : 80);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("p384")]
    public async Task The_photo_is_given_before_the_card_proves_it(string name)
    {
        VirtualCard card = Card(name);
        (CardSession session, InProcessChannel channel) = Open(card);
        await using CardSession _ = session;
        using Secret number = Digits(card.PrintedNumber!);
        List<(CardPhoto Photo, long Apdus)> early = [];
        using CardPhoto photo = await session.ReadPhotoAsync(
            number, given => early.Add((given, channel.Statistics.Apdus)), CancellationToken.None);
        Assert.Same(photo, Assert.Single(early).Photo);
        // Still to come: the issuer's certificate, in two commands at least, and the card's signature.
        Assert.InRange(channel.Statistics.Apdus - early[0].Apdus, 3, 8);
    }

    [Theory]
    [InlineData("counterfeit")]
    [InlineData("forged-photo")]
    [InlineData("foreign-ca")]
    [InlineData("date-altered")]
    [InlineData("p384 copied")]
    public async Task A_photo_given_ahead_is_zeroed_when_the_card_cannot_prove_it(string name)
    {
        VirtualCard card = Card(File(name));
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret number = Digits(card.PrintedNumber!);
        CardPhoto? early = null;
        int length = 0;
        await Assert.ThrowsAsync<FailureException>(() => session.ReadPhotoAsync(
            number, given => (early, length) = (given, given.Jpeg2000.Length), CancellationToken.None));
        Assert.True(length > 1000);
        Assert.Equal(0, early!.Jpeg2000.Length);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("p384")]
    public async Task A_card_face_of_an_unknown_issuer_is_not_genuine(string name)
    {
        using SimulatedHierarchy other = new(null);
        VirtualCard card = Card(name);
        using Secret number = Digits(card.PrintedNumber!);
        Assert.Equal(Failure.CardNotGenuine,
            await FailureOf(card, s => s.ReadPhotoAsync(number, null, CancellationToken.None), other.Trust(Today)));
    }

    [Theory]
    [InlineData("counterfeit", Failure.CardNotGenuine, "DF24")]
    [InlineData("forged-photo", Failure.CardNotGenuine, "DF28")]
    [InlineData("foreign-ca", Failure.CardNotGenuine, "CV certificate")]
    [InlineData("p384 copied", Failure.CardNotGenuine, "DF24")]
    [InlineData("p384 photoSwapped", Failure.CardNotGenuine, "DF28")]
    [InlineData("p384 foreign", Failure.CardNotGenuine, "CV certificate")]
    [InlineData("date-altered", Failure.PhotoUnreadable, "DF29 differs from common 0001")]
    [InlineData("baby", Failure.PhotoAbsent, "DF27 has no picture, 0 bytes")]
    [InlineData("number-locked", Failure.CardNumberGuarded, "0")]
    public async Task A_card_face_that_cannot_be_used_says_why(string name, Failure failure, string detail)
    {
        VirtualCard card = Card(File(name));
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret number = Digits(card.PrintedNumber!);
        FailureException failed =
            await Assert.ThrowsAsync<FailureException>(() => session.ReadPhotoAsync(number, null, CancellationToken.None));
        Assert.Equal((failure, detail), (failed.Failure, failed.Detail));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("gaiji")]
    public async Task The_name_is_read_as_the_picture_on_the_card(string name)
    {
        VirtualCard card = Card(name);
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        using Secret number = Digits(card.PrintedNumber!);
        CardPhoto photo = await session.ReadPhotoAsync(number, null, CancellationToken.None);
        Assert.True(photo.NamePng.Bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']));
        photo.Dispose();
        Assert.Equal(0, photo.NamePng.Length);
    }

    [Fact]
    public async Task A_copied_card_face_is_refused_although_its_signature_is_right()
    {
        VirtualCard card = Card("counterfeit");
        using Secret number = Digits(card.PrintedNumber!);
        Assert.Equal(Failure.CardNotGenuine, await FailureOf(card, s => s.ReadPhotoAsync(number, null, CancellationToken.None)));
    }

    [Fact]
    public async Task A_wrong_number_spends_one_try_and_is_not_sent_again()
    {
        VirtualCard card = Card("standard");
        using Secret number = Digits("00000000000000");
        Assert.Equal(Failure.CardNumberWrong, await FailureOf(card, s => s.ReadPhotoAsync(number, null, CancellationToken.None)));
        Assert.Equal(1, card.VerifyCount);
    }

    [Fact]
    public async Task With_few_tries_left_the_number_is_not_sent()
    {
        VirtualCard card = Card("number-guarded");
        using Secret number = Digits(card.PrintedNumber!);
        Assert.Equal(Failure.CardNumberGuarded, await FailureOf(card, s => s.ReadPhotoAsync(number, null, CancellationToken.None)));
        Assert.Equal(0, card.VerifyCount);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("p384")]
    public async Task A_card_taken_away_at_any_APDU_has_moved_and_no_PIN_or_number_is_sent_twice(string name)
    {
        VirtualCard card = Card(name);
        int all = await Visit(card);
        Assert.InRange(all, 60, 200);
        for (int at = 0; at < all; at++)
        {
            card.Faults = new CardFaults(PullAt: at);
            int before = card.VerifyCount;
            FailureException failed = await Assert.ThrowsAsync<FailureException>(() => Visit(card));
            Assert.Equal(Failure.CardMoved, failed.Failure);
            // One VERIFY for 照合番号B and one for the PIN.
            Assert.InRange(card.VerifyCount - before, 0, 2);
        }
    }

    [Fact]
    [SuppressMessage("Reliability", "CA2025", Justification = "Both tasks are awaited before the secrets go.")]
    public async Task The_PIN_is_sent_at_once_when_reading_the_photo_is_cancelled()
    {
        VirtualCard card = Card("standard");
        using CancellationTokenSource photo = new();
        InProcessChannel channel = new(card, LinkModel.None);
        await using CardSession session = new(new AtCommand(channel, 5, photo.Cancel), Trust, new ReadLength(false));
        using Secret number = Digits(card.PrintedNumber!);
        using Secret pin = Digits("1234");
        Task<CardPhoto> reading = session.ReadPhotoAsync(number, null, photo.Token);
        Task<(PinAnswer Answer, CardEvidence? Evidence)> verifying = session.VerifyPinAsync(pin, Challenge, CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.IsType<PinAnswer.Accepted>((await verifying).Answer);
        Assert.InRange(channel.Statistics.Apdus, 5, 30);
    }

    [Fact]
    public async Task The_individual_number_and_the_signing_key_are_never_selected()
    {
        VirtualCard card = Card("standard");
        await Visit(card);
        Assert.Contains("D3921000310001010402/0002", card.SelectedFiles);
        string[] forbidden =
        [
            "D3921000310001010402/0005", "D3921000310001010402/0013",
            "D392F000260100000001/001A", "D392F000260100000001/001B", "D392F000260100000001/0001",
        ];
        Assert.NotEmpty(card.SelectedFiles);
        Assert.DoesNotContain(card.SelectedFiles,
            file => forbidden.Contains(file) || file.StartsWith("D3921000310001010408", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("status 6F00")]
    [InlineData("status 9000")]
    [InlineData("status 6C10")]
    [InlineData("status 6110")]
    public async Task A_card_that_answers_nonsense_is_unreadable_and_nothing_crashes(string fault)
    {
        VirtualCard card = Card("standard");
        for (int i = 0; i < 20; i++)
        {
            card.Faults = CardFaults.Parse(fault.Split(' '));
            Failure failure = await FailureOf(card, s => s.IdentifyAsync(Today, CancellationToken.None));
            Assert.True(failure is Failure.CardUnreadable or Failure.CardUnknown, failure.ToString());
        }
    }

    /// <summary>"p384 copied" is the card p384 with one forgery, as a card file.</summary>
    private static string File(string name)
    {
        if (name.Split(' ') is not [var like, var forgery]) return name;
        string file = Path.Combine(Directory.CreateTempSubdirectory("kiosk-card").FullName, $"{like}-{forgery}.json");
        string field = forgery == "foreign" ? "\"issuer\": \"stranger\"" : $"\"{forgery}\": true";
        System.IO.File.WriteAllText(file, $"{{ \"like\": \"{like}\", {field} }}");
        return file;
    }

    /// <returns>APDUs sent.</returns>
    private static async Task<int> Visit(VirtualCard card)
    {
        (CardSession session, InProcessChannel channel) = Open(card);
        await using CardSession _ = session;
        using Secret number = Digits(card.PrintedNumber!);
        using Secret pin = Digits("1234");
        await session.IdentifyAsync(Today, CancellationToken.None);
        await VerifyingOnce(async () => (await session.ReadPhotoAsync(number, null, CancellationToken.None)).Dispose());
        await VerifyingOnce(() => session.VerifyPinAsync(pin, Challenge, CancellationToken.None));
        await session.ProvePresenceAsync(Challenge, CancellationToken.None);
        return channel.Statistics.Apdus;

        async Task VerifyingOnce(Func<Task> call)
        {
            int before = card.VerifyCount;
            try
            {
                await call();
            }
            finally
            {
                Assert.InRange(card.VerifyCount - before, 0, 1);
            }
        }
    }

    /// <summary>Does something before a command goes to the card.</summary>
    /// <param name="number">Which command, from 1.</param>
    private sealed class AtCommand(InProcessChannel channel, int number, Action act) : ICardChannel
    {
        private int _sent;

        public bool MayCarryExtendedLength => channel.MayCarryExtendedLength;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
        {
            if (++_sent == number) act();
            return channel.Transmit(command, response);
        }

        public void Dispose() => channel.Dispose();
    }
}
