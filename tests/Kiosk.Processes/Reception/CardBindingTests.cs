using System.Net;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Journal;
using Kiosk.Devices.Reception;
using Kiosk.Lab.Visits;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Institution;
using Kiosk.Tests.Visits;
using Microsoft.Extensions.Logging.Abstractions;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Processes.Reception;

/// <summary>
/// One card's certificate with another card's face: an emulated card answers with the victim's copied certificate and passes everything
/// else to the attacker's own genuine card. The kiosk and the reception are the product's; only the face check is told that the face is
/// the same, as it would find with the attacker before the attacker's own card.
/// </summary>
public sealed class CardBindingTests
{
    private const string Victim = "standard";

    /// <summary>Another birth date and sex than the victim's.</summary>
    private const string Attacker = "foreign";

    [Theory]
    [InlineData(true, Failure.CardNotProven)]
    [InlineData(false, Failure.CardNotGenuine)]
    public async Task With_an_institution_a_copied_certificate_with_another_cards_face_is_not_checked_in(bool refuses, Failure expected)
    {
        await using Facility facility = await OpenAsync(withInstitution: true);

        VisitOutcome outcome = await FaceVisitAsync(facility, () => new EmulatedCard(Card(Attacker), Certificate(Card(Victim)), refuses),
            Attacker);

        Assert.Equal(("refused", expected), (outcome.Outcome, outcome.Failure));
        Assert.Equal(0, HandOverTests.Rows(facility));
    }

    [Theory]
    [InlineData(Victim)]
    [InlineData("p384")]
    public async Task With_an_institution_the_genuine_card_is_checked_in_by_face_and_its_records_open(string name)
    {
        await using Facility facility = await OpenAsync(withInstitution: true);

        VisitOutcome outcome = await FaceVisitAsync(facility, () => new InProcessChannel(Card(name), LinkModel.None), name);

        Assert.Equal(("accepted", null), (outcome.Outcome, outcome.Failure));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(HttpStatusCode.OK, await RecordsAsync(desk));
        Assert.Contains("\"notProven\":\"\"", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_site_with_an_institution_a_kiosk_that_sends_a_face_without_its_signature_is_refused_with_the_reason()
    {
        await using Facility facility = await OpenAsync(withInstitution: true);
        using TestCard card = new();
        GrpcReceptionLink old = facility.Link();
        CheckIn face = await facility.VisitAsync(old, card, Method.Face);

        FailureException refused = await Assert.ThrowsAsync<FailureException>(() => old.SubmitAsync(face, default));

        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        Assert.Contains("特定機関認証", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(0, HandOverTests.Rows(facility));
    }

    [Fact]
    public async Task Without_an_institution_a_copied_certificate_with_another_cards_face_opens_nothing_and_is_shown_in_red()
    {
        await using Facility facility = await OpenAsync(withInstitution: false);

        VisitOutcome outcome = await FaceVisitAsync(facility, () => new EmulatedCard(Card(Attacker), Certificate(Card(Victim)), true),
            Attacker);

        Assert.Equal(("accepted", null), (outcome.Outcome, outcome.Failure));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("別の人のカードのおそれがあります");
        Assert.Equal(HttpStatusCode.Forbidden, await RecordsAsync(desk));
        Assert.Contains("_face_", Assert.Single(Directory.GetFiles(FaceFolder(facility))), StringComparison.Ordinal);
        Assert.DoesNotContain("<PharmacistsInfoConsFlg>1", await FaceFileAsync(facility), StringComparison.Ordinal);
        await NothingKeptAsync(facility, Card(Attacker));
    }

    [Theory]
    [InlineData(Victim)]
    [InlineData("p384")]
    [InlineData("no-sex")]
    public async Task Without_an_institution_the_genuine_card_is_compared_with_the_centre_and_its_records_open(string name)
    {
        await using Facility facility = await OpenAsync(withInstitution: false);

        VirtualCard card = Card(name);
        VisitOutcome outcome = await FaceVisitAsync(facility, () => new InProcessChannel(card, LinkModel.None), name);

        Assert.Equal(("accepted", null), (outcome.Outcome, outcome.Failure));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"notProven\":\"\"");
        Assert.Equal(HttpStatusCode.OK, await RecordsAsync(desk));
        Assert.Contains("<PharmacistsInfoConsFlg>1", await FaceFileAsync(facility), StringComparison.Ordinal);
        await NothingKeptAsync(facility, card);
    }

    [Theory]
    [InlineData(Victim)]
    [InlineData("p384")]
    [InlineData("residence")]
    public async Task By_PIN_the_genuine_card_is_checked_in_and_its_records_open(string name)
    {
        await using Facility facility = await OpenAsync(withInstitution: false);

        VisitOutcome outcome =
            await VisitAsync(facility, () => new InProcessChannel(Card(name), LinkModel.None), name, Method.Pin, "1234");

        Assert.Equal(("accepted", null), (outcome.Outcome, outcome.Failure));
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(HttpStatusCode.OK, await RecordsAsync(desk));
    }

    [Theory]
    [InlineData("p521")]
    [InlineData("ed25519")]
    public async Task A_card_of_an_unknown_algorithm_ends_with_its_own_failure(string name)
    {
        await using Facility facility = await OpenAsync(withInstitution: false);

        VisitOutcome outcome = await FaceVisitAsync(facility, () => new InProcessChannel(Card(name), LinkModel.None), name);

        Assert.Equal(("refused", Failure.CardAlgorithmUnknown), (outcome.Outcome, outcome.Failure));
        Assert.Equal(0, HandOverTests.Rows(facility));
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("none")]
    public async Task Without_an_answer_that_names_a_person_the_card_stays_unproven(string answer)
    {
        await using Facility facility = await OpenAsync(withInstitution: false, answer);
        await FaceVisitAsync(facility, () => new InProcessChannel(Card(Victim), LinkModel.None), Victim);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("カード未確認");
        Assert.Equal(HttpStatusCode.Forbidden, await RecordsAsync(desk));
    }

    [Fact]
    public async Task A_kiosk_that_sends_no_card_face_is_checked_in_as_not_proven_and_a_PIN_proves_the_card_at_once()
    {
        await using Facility facility = await OpenAsync(withInstitution: false);
        using TestCard card = new(), other = new();
        GrpcReceptionLink old = facility.Link();
        Assert.Equal(1, (await old.SubmitAsync(await facility.VisitAsync(old, card, Method.Face), default)).Number);
        Assert.Equal(2, (await old.SubmitAsync(await facility.VisitAsync(old, other), default)).Number);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("カード未確認");
        Assert.Equal(HttpStatusCode.Forbidden, await RecordsAsync(desk, 1));
        Assert.Equal(HttpStatusCode.OK, await RecordsAsync(desk, 2));
    }

    [Theory]
    [InlineData("birth")]
    [InlineData("issuer")]
    [InlineData("key")]
    public async Task A_card_face_that_was_changed_or_is_of_another_key_proves_nothing(string what)
    {
        await using Facility facility = await OpenAsync(withInstitution: false);
        GrpcReceptionLink link = facility.Link();
        (CardSession session, _) = Open(Card(Victim));
        await using CardSession _1 = session;
        (CardSession other, _) = Open(Card(Attacker));
        await using CardSession _2 = other;
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        CardFacts facts = await session.IdentifyAsync(Today, default);
        CardEvidence good = await PresenceAsync(session, Card(Victim).PrintedNumber!, challenge);
        await other.IdentifyAsync(Today, default);
        CardEvidence others = await PresenceAsync(other, Card(Attacker).PrintedNumber!, challenge);
        CardFaceChain chain = good.CardFace!;
        byte[] identity = [.. chain.Identity], issuer = [.. chain.Issuer];
        identity[5] ^= 1;
        issuer[40] ^= 1;
        CardEvidence changed = what switch
        {
            "birth" => new(good.Key, good.Certificate, good.PublicKey, good.Signature) { CardFace = chain with { Identity = identity } },
            "issuer" => new(good.Key, good.Certificate, good.PublicKey, good.Signature) { CardFace = chain with { Issuer = issuer } },
            // The challenge is signed by the other card, and the victim's record is sent along.
            _ => new(others.Key, good.Certificate, others.PublicKey, others.Signature) { CardFace = chain },
        };
        using TestCard any = new();
        SitePolicy compares = SitePolicy.Default with { ComparesCardFace = true };
        CheckIn face = facility.CheckIn(any, challenge, visit, Method.Face) with
        {
            Card = facts,
            Evidence = changed,
            Answers = Answers.All(compares, true),
        };

        await link.SubmitAsync(face, default);

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("有効");
        Assert.Contains("カード未確認", await desk.UntilAsync("notProven"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await RecordsAsync(desk));
    }

    [Fact]
    public async Task A_reception_that_does_not_announce_the_comparison_is_never_sent_a_birth_date()
    {
        await using Facility facility = await Facility.OpenAsync();
        (CardSession session, _) = Open(Card(Victim));
        await using CardSession _1 = session;
        CardFacts facts = await session.IdentifyAsync(Today, default);
        CardEvidence evidence = await PresenceAsync(session, Card(Victim).PrintedNumber!, new byte[32]);
        Assert.NotNull(evidence.CardFace);
        using TestCard any = new();
        CheckIn face = facility.CheckIn(any, new byte[32], Guid.NewGuid(), Method.Face) with { Card = facts, Evidence = evidence };

        Assert.Null(Wire.ToContract(face).CardFace);
        Assert.NotNull(Wire.ToContract(face with { Answers = Answers.All(SitePolicy.Default with { ComparesCardFace = true }, true) })
            .CardFace);
    }

    [Fact]
    public async Task A_repeat_without_the_card_face_is_the_same_check_in()
    {
        await using Facility facility = await OpenAsync(withInstitution: false);
        GrpcReceptionLink link = facility.Link();
        (CardSession session, _) = Open(Card(Victim));
        await using CardSession _1 = session;
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        CardFacts facts = await session.IdentifyAsync(Today, default);
        CardEvidence evidence = await PresenceAsync(session, Card(Victim).PrintedNumber!, challenge);
        using TestCard any = new();
        Contract.CheckInRequest request = Wire.ToContract(facility.CheckIn(any, challenge, visit, Method.Face) with
        {
            Card = facts,
            Evidence = evidence,
            Answers = Answers.All(SitePolicy.Default with { ComparesCardFace = true }, true),
        });
        Receipt first = await link.SubmitAsync(request, default);
        request.CardFace = null;

        Assert.Equal(first with { Duplicate = true }, await link.SubmitAsync(request, default));
    }

    private static Task<Facility> OpenAsync(bool withInstitution, string answer = "valid") => Facility.OpenAsync(
        change: o =>
        {
            string folder = Path.GetDirectoryName(o.Database)!, trust = Directory.CreateDirectory(Path.Combine(folder, "trust")).FullName;
            Hierarchy.SaveTrust(trust, Today);
            return o with
            {
                CardFaceCaFiles = Directory.GetFiles(trust, "cv-*.pem"),
                Oqs = new("1312345678", Path.Combine(folder, "Face")),
            };
        },
        centreAnswers: [answer], institution: withInstitution ? Institution : null);

    private static SimulatedInstitution Institution(string dir)
    {
        string folder = Path.Combine(dir, "institution");
        InstitutionKeys.WriteTo(folder, Hierarchy);
        return SimulatedInstitution.Load(folder);
    }

    /// <summary>A patient who chooses the face, at a kiosk of the product that is linked to the facility.</summary>
    /// <param name="name">The card that lies on the reader: its printed number is read.</param>
    private static Task<VisitOutcome> FaceVisitAsync(Facility facility, Func<ICardChannel> card, string name) =>
        VisitAsync(facility, card, name, Method.Face, "");

    private static async Task<VisitOutcome> VisitAsync(
        Facility facility, Func<ICardChannel> card, string name, Method method, string pin)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(120));
        EmulatedReader reader = new(card);
        FakeDevices faces = new();
        using DigitBuffer typing = new();
        using VisitJournal journal = VisitJournal.Open(Path.Combine(facility.Dir, "kiosk.journal"), facility.Time);
        // The kiosk itself watches the link.
        GrpcReceptionLink link = facility.Link(watches: false);
        VisitDevices devices = new(reader, new Printed(Card(name).PrintedNumber!), faces, link, journal, null);
        Station station = Station.Ready with { Link = Failure.ReceptionUnreachable, Policy = SitePolicy.Default };
        await using KioskHost kiosk = new(devices, faces, typing, station, facility.Time, NullLoggerFactory.Instance);
        kiosk.Loop.LimitFactor = () => 4;
        kiosk.Start();
        VisitView view = kiosk.Loop.Current;
        // The policy comes after the link is up.
        while (view.State is not VisitState.Idle { Station: { Link: null, Policy.ComparesCardFace: true } })
            view = await kiosk.Loop.NextAsync(view, late.Token);
        faces.Faces.Writer.TryWrite(new FaceReport.Judged(new FaceVerdict(true, true, 4, "fake", 100)));
        reader.Insert();
        return await new AutoPatient(kiosk.Loop, method, pin, afterPhoto: true).VisitAsync(late.Token);
    }

    private static byte[] Certificate(VirtualCard card)
    {
        (CardSession session, _) = Open(card);
        session.IdentifyAsync(Today, default).GetAwaiter().GetResult();
        byte[] certificate = session.Certificate!;
        session.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return certificate;
    }

    private static async Task<CardEvidence> PresenceAsync(CardSession session, string number, byte[] challenge)
    {
        using Core.Values.Secret digits = Digits(number);
        using CardPhoto photo = await session.ReadPhotoAsync(digits, null, default);
        return await session.ProvePresenceAsync(challenge, default);
    }

    private static async Task<HttpStatusCode> RecordsAsync(DeskBrowser desk, int no = 1) =>
        (await desk.Http.GetAsync(new Uri($"medical/{no}/YZK", UriKind.Relative))).StatusCode;

    private static string FaceFolder(Facility facility) => Path.Combine(facility.Dir, "Face");

    private static async Task<string> FaceFileAsync(Facility facility)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Directory.Exists(FaceFolder(facility)) && Directory.GetFiles(FaceFolder(facility), "*.xml") is [var file])
                return await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, late.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
        }
    }

    /// <summary>The signed record of the card has gone from the database when it was compared.</summary>
    private static async Task NothingKeptAsync(Facility facility, VirtualCard card)
    {
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, default);
        CardFaceChain chain = (await PresenceAsync(session, card.PrintedNumber!, new byte[32])).CardFace!;
        // DF22 with its tag, and the signature over it, from which a birth date could be found by trying all.
        foreach (byte[] trace in (byte[][])[chain.Identity[..11], chain.Signature, chain.PhotoDigest])
        {
            foreach (string file in Directory.GetFiles(facility.Dir, "reception.db*"))
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                byte[] all = new byte[stream.Length];
                stream.ReadExactly(all);
                Assert.Equal(-1, all.AsSpan().IndexOf(trace));
            }
        }
    }

    private sealed class Printed(string number) : IPrintedNumberReader
    {
        public Task<Core.Values.Secret?> ReadAsync(CancellationToken stop) => Task.FromResult<Core.Values.Secret?>(Digits(number));

        public TrayContent? LastSeen => null;
    }
}
