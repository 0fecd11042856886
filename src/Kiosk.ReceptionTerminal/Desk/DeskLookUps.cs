using System.Globalization;
using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <param name="Insurer">保険者番号, 6 to 8 digits.</param>
/// <param name="Symbol">記号, may be empty.</param>
/// <param name="Birthdate">yyyy-MM-dd.</param>
internal sealed record InsuranceAsked(string? Insurer, string? Symbol, string? Number, string? Birthdate);

/// <param name="Sex">OQSCD007; empty: either.</param>
internal sealed record PersonAsked(string? Name, string? Birthdate, string? Sex, string? Address, string? Reason);

internal sealed record ReasonAsked(string? Reason);

/// <summary>
/// What staff may look up, and under which condition: medical information only with that patient's consent and within its 24
/// hours, a search without a card only while the disaster notice is on and with a reason. Logged before it is shown.
/// </summary>
internal static class DeskLookUps
{
    private const int LongestText = 100;

    public static void Map(WebApplication app, DeskParts parts)
    {
        app.MapGet("/medical/{no:long}/{kind}", (HttpContext c, long no, string kind) => Guarded(() => MedicalAsync(parts, DeskGuard.Who(c), no, kind, c.RequestAborted)));
        app.MapGet("/name/{no:long}", (long no) => parts.Store.Arrival(no) is { } row && parts.Views.NameImage(row) is { } png ? Results.Bytes(png, "image/png") : Results.NotFound());
        // Posted: a name or a number in an address would stay in histories and in other programs' logs.
        app.MapPost("/insurance", (HttpContext c, InsuranceAsked asked) =>
            Guarded(() => InsuranceAsync(parts, DeskGuard.Who(c), asked.Insurer ?? "", asked.Symbol ?? "", asked.Number ?? "", asked.Birthdate ?? "", c.RequestAborted)));
        app.MapPost("/disaster/search", (HttpContext c, PersonAsked asked) =>
            Guarded(() => SearchAsync(parts, DeskGuard.Who(c), asked.Name ?? "", asked.Birthdate ?? "", asked.Sex ?? "", asked.Address ?? "", asked.Reason ?? "", c.RequestAborted)));
        app.MapPost("/disaster/view/{handle:maxlength(64)}/{kind:maxlength(8)}", (HttpContext c, string handle, string kind, ReasonAsked asked) =>
            Guarded(() => DisasterViewAsync(parts, DeskGuard.Who(c), handle, kind, asked.Reason ?? "", c.RequestAborted)));
        app.MapGet("/accesses", (HttpContext c) => DeskGuard.Who(c).Role == Role.Admin ? Results.Json(parts.Store.Accesses(500), DeskJson.Options) : Results.StatusCode(StatusCodes.Status403Forbidden));
    }

    private static async Task<IResult> MedicalAsync(DeskParts parts, Signed who, long no, string kind, CancellationToken stop)
    {
        if (parts.Store.Arrival(no) is not { } row) return Refused(StatusCodes.Status404NotFound, "この受付はありません");
        CheckInRequest m = CheckInRequest.Parser.ParseFrom(row.Message);
        if (!m.Consents.Items.Any(c => c.Code == kind && c.Given)) return Refused(StatusCodes.Status403Forbidden, "この情報の提供に同意していません");
        if (parts.Time.GetUtcNow() >= DateTimeOffset.FromUnixTimeMilliseconds(m.Consents.ValidUntilUnixMs))
            return Refused(StatusCodes.Status403Forbidden, "同意から24時間が過ぎました。もう一度カードを読み取ってください");
        await parts.Store.LogAccessAsync(who.Id, "medical " + kind, string.Create(CultureInfo.InvariantCulture, $"{JapanTime.DateOf(row.At):yyyy-MM-dd} #{row.Number}"));
        return Tables(parts, await parts.Eligibility.Centre.ViewAsync(m.Evidence.Certificate.ToByteArray(), kind, stop));
    }

    private static async Task<IResult> InsuranceAsync(DeskParts parts, Signed who, string insurer, string symbol, string number, string birthdate, CancellationToken stop)
    {
        if (Date(birthdate) is not { } day || insurer.Length is < 6 or > 8 || !insurer.All(char.IsAsciiDigit) || number.Length is < 1 or > 20 || symbol.Length > 20)
            return Refused(StatusCodes.Status400BadRequest, "保険者番号（6～8桁）、番号、生年月日を確かめてください");
        await parts.Store.LogAccessAsync(who.Id, "insurance", insurer);
        Eligibility answer = await parts.Eligibility.Centre.AskAsync(insurer, symbol, number, day, stop);
        return Results.Json(DeskViews.Of(new Inquiry(answer, new Dictionary<string, int>(), "")), DeskJson.Options);
    }

    private static async Task<IResult> SearchAsync(
        DeskParts parts, Signed who, string name, string birthdate, string sex, string address, string reason, CancellationToken stop)
    {
        if (NotNow(parts, reason) is { } refused) return refused;
        if ((name.Length == 0 && birthdate.Length == 0) || name.Length > LongestText || address.Length > LongestText || (birthdate.Length > 0 && Date(birthdate) is null))
            return Refused(StatusCodes.Status400BadRequest, "氏名か生年月日を入れてください");
        // The terms name a person: only which were used is kept.
        string used = string.Join('+', new[] { (name, "name"), (birthdate, "birthdate"), (sex, "sex"), (address, "address") }.Where(t => t.Item1.Length > 0).Select(t => t.Item2));
        await parts.Store.LogAccessAsync(who.Id, "disaster search", used, reason);
        IReadOnlyList<FoundPerson> found = await parts.Eligibility.Centre.SearchAsync(name, Date(birthdate), sex, address, stop);
        return Results.Json(
            found.Select(f => new { f.Handle, f.Person.Name, Kana = f.Person.NameKana, f.Person.Sex, Birthdate = f.Person.Birthdate.ToString("yyyy年M月d日", CultureInfo.InvariantCulture), f.Person.Address }),
            DeskJson.Options);
    }

    private static async Task<IResult> DisasterViewAsync(DeskParts parts, Signed who, string handle, string kind, string reason, CancellationToken stop)
    {
        if (NotNow(parts, reason) is { } refused) return refused;
        await parts.Store.LogAccessAsync(who.Id, "disaster view " + kind, handle, reason);
        return Tables(parts, await parts.Eligibility.Centre.ViewFoundAsync(handle, kind, stop));
    }

    private static IResult? NotNow(DeskParts parts, string reason) =>
        !parts.Post.Disaster ? Refused(StatusCodes.Status403Forbidden, "災害時案内が出ている間だけ使えます")
        : reason.Trim().Length is 0 or > LongestText ? Refused(StatusCodes.Status400BadRequest, "理由（口頭同意の有無など）を100字以内で入れてください")
        : null;

    private static IResult Tables(DeskParts parts, IReadOnlyList<MedicalTable> tables) =>
        Results.Json(new { parts.Eligibility.Centre.Label, Tables = tables }, DeskJson.Options);

    private static async Task<IResult> Guarded(Func<Task<IResult>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CentreException e)
        {
            return Refused(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private static IResult Refused(int status, string why) => Results.Text(why, "text/plain; charset=utf-8", statusCode: status);

    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;
}
