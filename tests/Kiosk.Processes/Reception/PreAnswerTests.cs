using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.Simulators.Centre;

namespace Kiosk.Processes.Reception;

/// <summary>
/// The question before the check-in, over the real link: one question to the centre for each visit, one word to the kiosk, and a check-in
/// that never depends on it.
/// </summary>
public sealed class PreAnswerTests
{
    [Theory]
    [InlineData("valid", InsuranceState.Valid, "")]
    [InlineData("valid-unregistered", InsuranceState.Valid, "")]
    [InlineData("newer", InsuranceState.Newer, "")]
    [InlineData("several", InsuranceState.Several, "")]
    [InlineData("none", InsuranceState.None, "資格が見つかりません")]
    [InlineData("invalid", InsuranceState.Invalid, "資格が無効です")]
    [InlineData("revoked", InsuranceState.Revoked, "電子証明書が失効しています")]
    [InlineData("unregistered", InsuranceState.Unregistered, "利用登録がありません")]
    [InlineData("refused", InsuranceState.NoAnswer, "")]
    [InlineData("silent", InsuranceState.NoAnswer, "")]
    public async Task The_kiosk_gets_one_word_and_the_desk_sees_the_same_answer(string answer, InsuranceState expected, string alert)
    {
        await using Facility facility = await Facility.OpenAsync(centreAnswers: [answer]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);

        PreAnswer told = await link.AskInsuranceAsync(Question(checkIn), default);
        Receipt receipt = await link.SubmitAsync(checkIn, default);

        Assert.Equal(expected, told.State);
        Assert.Equal(1, receipt.Number);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync(answer is "silent" ? "資格確認の回答がありません" : "\"validity\":\"");
        await desk.UntilAsync(alert.Length > 0 ? $"\"alert\":\"{alert}" : "\"alert\":\"\"");
    }

    [Fact]
    public async Task The_centre_is_asked_once_for_a_visit_however_often_the_kiosk_asks_and_when_it_checks_in()
    {
        SimulatedCentre centre = new(["valid"]);
        await using Facility facility = await Facility.OpenAsync(centre: centre);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => link.AskInsuranceAsync(Question(checkIn), default)));
        await link.SubmitAsync(checkIn, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"validity\":\"有効\"");

        Assert.Equal(1, centre.Asked);
    }

    [Fact]
    public async Task A_silent_centre_holds_no_check_in_and_what_it_says_later_goes_to_the_desk()
    {
        TaskCompletionSource answers = new();
        await using Facility facility = await Facility.OpenAsync(centre: new HeldCentre(answers.Task));
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        using CancellationTokenSource visit = new();
        Task<PreAnswer> asked = link.AskInsuranceAsync(Question(checkIn), visit.Token);

        Receipt receipt = await link.SubmitAsync(checkIn, default);
        Assert.Equal((1, false), (receipt.Number, receipt.Duplicate));
        Assert.False(asked.IsCompleted);
        await visit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        answers.SetResult();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"alert\":\"資格が無効です");
        Assert.Equal(1, HandOverTests.Rows(facility));
    }

    [Fact]
    public async Task One_patient_whose_answer_is_slow_does_not_hold_the_answers_of_others()
    {
        TaskCompletionSource never = new();
        using TestCard slow = new(), quick = new();
        await using Facility facility = await Facility.OpenAsync(centre: new HeldCentre(never.Task, slow.Certificate));
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, slow), default);
        await link.SubmitAsync(await facility.VisitAsync(link, quick), default);

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"alert\":\"資格が無効です");
        never.SetResult();
    }

    [Fact]
    public async Task The_red_row_stays_on_top_until_a_person_takes_it()
    {
        await using Facility facility = await Facility.OpenAsync(centreAnswers: ["none", "valid"]);
        using TestCard first = new(), second = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, first), default);
        await link.SubmitAsync(await facility.VisitAsync(link, second), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string page = await desk.UntilAsync("\"alert\":\"資格が見つかりません");
        Assert.True(page.IndexOf("\"number\":1,", StringComparison.Ordinal) < page.IndexOf("\"number\":2,", StringComparison.Ordinal));

        Assert.Equal(System.Net.HttpStatusCode.NoContent, await desk.PostAsync("arrivals/1/take"));
        page = await desk.UntilAsync("\"takenBy\":\"desk\"");
        Assert.True(page.IndexOf("\"number\":2,", StringComparison.Ordinal) < page.IndexOf("\"number\":1,", StringComparison.Ordinal));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, await desk.PostAsync("arrivals/99/take"));
    }

    [Fact]
    public async Task Evidence_that_a_check_in_would_not_get_through_with_opens_no_answer()
    {
        await using Facility facility = await Facility.OpenAsync(centreAnswers: ["valid"]);
        using TestCard card = new(), other = new(), ended = new(daysLeft: -200);
        GrpcReceptionLink link = facility.Link();
        CheckIn good = await facility.VisitAsync(link, card);
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        PreQuestion[] bad =
        [
            Question(good) with { Visit = Guid.NewGuid() },
            Question(good) with { Evidence = other.Sign(new byte[32], EvidenceKey.Authentication) },
            Question(good) with { Method = Method.Visual, StaffId = "nobody" },
            new(visit, Method.Pin, ended.Sign(challenge, EvidenceKey.Authentication), null, false),
        ];
        foreach (PreQuestion question in bad)
        {
            FailureException refused = await Assert.ThrowsAsync<FailureException>(() => link.AskInsuranceAsync(question, default));
            Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        }
    }

    [Fact]
    public async Task Records_of_medical_aid_are_named_only_to_evidence_that_proves_whose_card_it_is_and_the_answers_reach_the_desk()
    {
        await using Facility facility = await Facility.OpenAsync(
            centreAnswers: ["aids"], change: o => o with { Site = new(AsksPmh: true) });
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        PreAnswer told = await link.AskInsuranceAsync(Question(checkIn), default);
        Assert.Equal(["子ども医療費助成", "指定難病の医療費助成"], told.Aids.Select(a => a.Name));

        // The card-face key alone, without the comparison: one word, no names.
        CheckIn face = await facility.VisitAsync(link, card, Method.Face);
        PreAnswer byFace = await link.AskInsuranceAsync(Question(face), default);
        Assert.Equal((InsuranceState.Valid, 0), (byFace.State, byFace.Aids.Count));

        Answers answers = checkIn.Answers.AskingFor(told.Aids).WithAid(0, false);
        await link.SubmitAsync(checkIn with { Answers = answers }, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        string page = await desk.UntilAsync("子ども医療費助成（見本市、2027年3月31日まで） 利用しない");
        Assert.Contains("指定難病の医療費助成（模擬県、2026年12月31日まで） 未確認", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_record_of_medical_aid_is_shown_as_such_and_not_as_somebody_who_was_not_asked()
    {
        await using Facility facility = await Facility.OpenAsync(
            centreAnswers: ["valid"], change: o => o with { Site = new(AsksPmh: true) });
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.DoesNotContain("未確認", await desk.UntilAsync("医療費助成 記録なし"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unregistered_card_is_registered_once_the_kiosk_asks_and_no_other_visit_can()
    {
        await using Facility facility = await Facility.OpenAsync(centreAnswers: ["unregistered"]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        await Assert.ThrowsAsync<FailureException>(() => link.RegisterCardAsync(checkIn.Visit, default));
        Assert.Equal(InsuranceState.Unregistered, (await link.AskInsuranceAsync(Question(checkIn), default)).State);
        await Assert.ThrowsAsync<FailureException>(() => link.RegisterCardAsync(Guid.NewGuid(), default));

        Assert.Equal(InsuranceState.Valid, (await link.RegisterCardAsync(checkIn.Visit, default)).State);
        Assert.Equal(InsuranceState.Valid, (await link.RegisterCardAsync(checkIn.Visit, default)).State);
        await link.SubmitAsync(checkIn, default);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"validity\":\"有効\"");
    }

    [Fact]
    public async Task A_reception_without_a_centre_says_at_once_that_there_is_no_answer()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        Assert.Equal(InsuranceState.NoAnswer, (await link.AskInsuranceAsync(Question(checkIn), default)).State);
    }

    private static PreQuestion Question(CheckIn c) => new(c.Visit, c.Method, c.Evidence, c.StaffId, WithCardFace: false);

    /// <summary>Says "invalid" when it is let, to all or to one card; to the others at once.</summary>
    private sealed class HeldCentre(Task until, byte[]? only = null) : IEligibilityCentre
    {
        private readonly SimulatedCentre _centre = new(["invalid"]);

        public string Label => _centre.Label;

        public async Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop)
        {
            if (only is null || only.AsSpan().SequenceEqual(certificate)) await until.WaitAsync(stop);
            return await _centre.AskAsync(certificate, stop);
        }

        public Task RegisterCardAsync(byte[] certificate, CancellationToken stop) => _centre.RegisterCardAsync(certificate, stop);

        public Task<Eligibility> AskAsync(InsuranceQuery asked, CancellationToken stop) => _centre.AskAsync(asked, stop);

        public Task<MedicalRecords> ViewAsync(byte[] certificate, string kind, CancellationToken stop) =>
            _centre.ViewAsync(certificate, kind, stop);

        public Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address,
            CancellationToken stop) => _centre.SearchAsync(name, birthdate, sex, address, stop);

        public Task<MedicalRecords> ViewFoundAsync(string handle, string kind, CancellationToken stop) =>
            _centre.ViewFoundAsync(handle, kind, stop);

        public Task<IReadOnlyList<FoundPerson>> SearchAsync(InsuranceQuery asked, CancellationToken stop) =>
            _centre.SearchAsync(asked, stop);

        public Task<Registered> RegisterAsync(ReferenceRegistration asked, CancellationToken stop) => _centre.RegisterAsync(asked, stop);
    }
}
