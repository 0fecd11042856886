using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.Processes.Reception;

/// <summary>Letters and prescriptions over the real link: named where the site asks for them, answered, and shown at the desk.</summary>
public sealed class PendingDocumentTests
{
    private static readonly SiteOptions _clinic = new() { AsksLetters = true };

    private static readonly SiteOptions _pharmacy = new() { DispensesPrescriptions = true };

    [Fact]
    public async Task Letters_are_named_to_evidence_that_proves_whose_card_it_is_and_the_answers_reach_the_desk()
    {
        await using Facility facility = await OpenAsync("letters", _clinic);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        PreAnswer told = await link.AskInsuranceAsync(Question(checkIn), default);
        // The newest first.
        Assert.Equal(["letter-3", "letter-1", "letter-2"], told.Documents.Select(d => d.Id));
        Assert.Equal("模擬総合病院", told.Documents[1].Issuer);
        Assert.All(told.Documents, d => Assert.Equal((DocumentKind.Letter, null), (d.Kind, d.LastDay)));

        // The card-face key alone, without the comparison: one word, no names.
        CheckIn face = await facility.VisitAsync(link, card, Method.Face);
        Assert.Empty((await link.AskInsuranceAsync(Question(face), default)).Documents);

        Answers answers = AskedAt(checkIn, told, letters: true).WithDocument(0, true).WithDocument(1, false);
        await link.SubmitAsync(checkIn with { Answers = answers }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string page = await desk.UntilAsync("日） 見せない");
        Assert.Contains("クリニック（", page, StringComparison.Ordinal);
        Assert.Contains("日） 見てよい", page, StringComparison.Ordinal);
        // Issuers are shown only where the patient said yes.
        Assert.DoesNotContain("模擬総合病院", page, StringComparison.Ordinal);
        Assert.DoesNotContain("見本医療センター", page, StringComparison.Ordinal);
        Assert.Contains("日） 未確認：窓口でおたずねください", page, StringComparison.Ordinal);
        Assert.DoesNotContain("電子処方箋", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pharmacy_offers_only_prescriptions_that_can_be_used_today_and_the_desk_sees_the_expired_one_too()
    {
        await using Facility facility = await OpenAsync("prescriptions", _pharmacy);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        PreAnswer told = await link.AskInsuranceAsync(Question(checkIn), default);
        // The one that ends first is the first.
        Assert.Equal(["prescription-3", "prescription-1"], told.Documents.Select(d => d.Id));
        Assert.All(told.Documents, d => Assert.Equal(d.Issued.AddDays(3), d.LastDay));

        Answers answers = AskedAt(checkIn, told, letters: false).WithAllOf(DocumentKind.Prescription, true);
        await link.SubmitAsync(checkIn with { Answers = answers }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string page = await desk.UntilAsync("日まで） 調剤する");
        Assert.DoesNotContain("例示眼科", page, StringComparison.Ordinal);
        Assert.Contains("日まで） 期限切れ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("未確認：窓口で", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_without_it_names_nothing_and_the_desk_says_nothing()
    {
        await using Facility facility = await OpenAsync("letters", new());
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Assert.Empty((await link.AskInsuranceAsync(Question(checkIn), default)).Documents);
        await link.SubmitAsync(checkIn, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"documents\":[]", await desk.UntilAsync("\"validity\":\"有効\""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("valid", "紹介状 なし")]
    [InlineData("letter", "未確認：窓口でおたずねください")]
    public async Task None_and_not_asked_are_two_things_at_the_desk(string answer, string words)
    {
        await using Facility facility = await OpenAsync(answer, _clinic);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        // The kiosk got no answer in time, and asked nothing.
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync(words);
    }

    [Fact]
    public async Task A_lapsed_registration_is_made_again_through_the_same_call()
    {
        await using Facility facility = await OpenAsync("lapsed", new());
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Assert.Equal(InsuranceState.Lapsed, (await link.AskInsuranceAsync(Question(checkIn), default)).State);
        Assert.Equal(InsuranceState.Valid, (await link.RegisterCardAsync(checkIn.Visit, default)).State);

        using TestCard other = new();
        await link.SubmitAsync(await facility.VisitAsync(link, other), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"alert\":\"利用登録が解除されています");
    }

    [Fact]
    public async Task A_reception_of_the_time_before_the_question_loses_nobody()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using OldReception old = await OldReception.StartAsync(facility.Pki);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link(port: old.Port, watches: false);
        CheckIn checkIn = await facility.VisitAsync(link, card);

        PreAnswer told = await link.AskInsuranceAsync(Question(checkIn), default);
        Assert.Equal((InsuranceState.NoAnswer, 0, 0), (told.State, told.Aids.Count, told.Documents.Count));
        Assert.Equal(InsuranceState.NoAnswer, (await link.RegisterCardAsync(checkIn.Visit, default)).State);
        Receipt receipt = await link.SubmitAsync(checkIn, default);
        Assert.False(receipt.Duplicate);
        Assert.True((await link.SubmitAsync(checkIn, default)).Duplicate);
        Assert.Single(old.Stored);
    }

    [Fact]
    public async Task A_check_in_that_names_a_document_badly_is_refused()
    {
        await using Facility facility = await OpenAsync("letters", _clinic);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        PreAnswer forged = PreAnswer.None with { Documents = [new(DocumentKind.Letter, "../x", "模擬総合病院", new(2026, 11, 1))] };
        Answers answers = AskedAt(checkIn, forged, letters: true).WithDocument(0, true);
        FailureException refused = await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(checkIn with { Answers = answers }, default));
        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
    }

    private static Task<Facility> OpenAsync(string answer, SiteOptions site) =>
        Facility.OpenAsync(centreAnswers: [answer], change: o => o with { Site = site });

    private static PreQuestion Question(CheckIn c) => new(c.Visit, c.Method, c.Evidence, c.StaffId, WithCardFace: false);

    private static Answers AskedAt(CheckIn checkIn, PreAnswer told, bool letters) => (checkIn.Answers with
    {
        Asked = checkIn.Answers.Asked with { AnswersInsurance = true, AsksLetters = letters, DispensesPrescriptions = !letters },
    }).AskingFor(told.Documents);
}
