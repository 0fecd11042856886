using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Sheets;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <param name="Insurer">保険者番号, 6 to 8 digits.</param>
/// <param name="Symbol">記号, may be empty.</param>
/// <param name="Branch">枝番, 2 digits; may be empty.</param>
/// <param name="Birthdate">yyyy-MM-dd; empty when it is in <paramref name="Era"/>.</param>
/// <param name="Era">The birth date as staff read it, see <see cref="JapaneseDate.Parse"/>. With both they must be the same day.</param>
internal sealed record InsuranceAsked(string? Insurer, string? Symbol, string? Number, string? Branch, string? Birthdate, string? Era);

/// <param name="Sex">OQSCD007; empty: either.</param>
/// <param name="Insurer">With <paramref name="Number"/> and <paramref name="Birthdate"/>: search by a 資格確認書 instead of the name.</param>
internal sealed record PersonAsked(
    string? Name, string? Birthdate, string? Sex, string? Address, string? Reason, string? Insurer = null, string? Symbol = null,
    string? Number = null, string? Branch = null);

internal sealed record ReasonAsked(string? Reason);

/// <summary>
/// What staff may look up, and under which condition: medical information only with that patient's consent and within its 24
/// hours; a search without a card only while disaster mode is on and with a reason, or in an emergency (<see cref="EmergencyViewing"/>).
/// Each
/// look-up is in the access log before its result is shown, with whose record it is: the number of the day, or the person's digest.
/// </summary>
internal static class StaffLookUps
{
    private const int MaxText = 100;
    private const int MaxAccesses = 500;

    /// <summary>Look-ups without the patient's consent, by their addresses and their actions in the access log.</summary>
    private const string Disaster = "disaster", Emergency = "emergency";

    /// <summary>Whom staff look for is among few; more would be a list of strangers.</summary>
    private const int MaxFound = 20;

    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapGet("/medical/{no:long}/{kind}", (HttpContext c, long no, string kind) =>
            WithCentre(() => MedicalAsync(parts, DeskGuard.SignedIn(c), no, kind, c.RequestAborted)));
        app.MapGet("/name/{no:long}", (long no) =>
            parts.Store.Arrival(no) is { } row && parts.Views.NameImage(row) is { } png ? Results.Bytes(png, "image/png")
                : Results.NotFound());
        // By POST: a name or a number in an address would stay in browser histories and in other programs' logs.
        app.MapPost("/insurance", (HttpContext c, InsuranceAsked asked) =>
            WithCentre(() => InsuranceAsync(parts, DeskGuard.SignedIn(c), asked, c.RequestAborted)));
        app.MapPost("/insurance/address", (HttpContext c, InsuranceAsked asked) =>
            WithCentre(() => InsuranceAddressAsync(parts, DeskGuard.SignedIn(c), asked, c.RequestAborted)));
        foreach (string mode in (string[])[Disaster, Emergency])
        {
            app.MapPost($"/{mode}/search", (HttpContext c, PersonAsked asked) =>
                WithCentre(() => SearchAsync(parts, DeskGuard.SignedIn(c), mode, asked, c.RequestAborted)));
            app.MapPost($"/{mode}/view/{{handle:maxlength(64)}}/{{kind:maxlength(8)}}",
                (HttpContext c, string handle, string kind, ReasonAsked asked) =>
                WithCentre(() => FoundViewAsync(parts, DeskGuard.SignedIn(c), mode, handle, kind, asked.Reason ?? "", c.RequestAborted)));
        }

        app.MapGet("/accesses", async (HttpContext c) => await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)
            ? Results.Json(parts.Store.Accesses(MaxAccesses), PageJson.Options)
            : Results.StatusCode(StatusCodes.Status403Forbidden));
        // For a patient who asks who has looked: the digest under which the log names this person.
        app.MapPost("/accesses/digest", async (HttpContext c, PersonAsked asked) =>
            !await DeskGuard.MayAsync(c, Role.Admin, parts.Audit) ? Results.StatusCode(StatusCodes.Status403Forbidden)
            : asked.Name is { Length: > 0 and <= MaxText } name && JapaneseDate.Parse(asked.Birthdate ?? "") is { } day
                ? Results.Json(new { Digest = parts.Patients.OfPerson(name, day) }, PageJson.Options)
                : Refused(StatusCodes.Status400BadRequest, "氏名と生年月日を入れてください"));
    }

    private static async Task<IResult> MedicalAsync(DeskServices parts, SignedInStaff who, long no, string kind, CancellationToken stop)
    {
        (RecordAccess access, ArrivalRow? row) = parts.Store.RecordsOf(no, kind);
        if (Closed(access) is { } refused) return refused;
        if (!MedicalSheets.Titles.ContainsKey(kind)) return Results.NotFound();
        await parts.Store.LogAccessAsync(who.Id, "medical " + kind, About(row!));
        MedicalRecords records = await parts.Eligibility.Centre.ViewAsync(row!.CheckIn.Evidence.Certificate.ToByteArray(), kind, stop);
        // Once more: the patient may have said no while the centre was asked.
        return Closed(parts.Store.RecordsOf(no, kind).Access) ?? Sheet(parts, kind, records);
    }

    /// <returns>Null: open.</returns>
    private static IResult? Closed(RecordAccess access) => access switch
    {
        RecordAccess.Open => null,
        RecordAccess.NoArrival => Refused(StatusCodes.Status404NotFound, "この受付はありません"),
        RecordAccess.NotProven => Refused(StatusCodes.Status403Forbidden,
            "カードと電子証明書が同じ人のものか確かめられていません。暗証番号で受付し直してください"),
        RecordAccess.NoConsent => Refused(StatusCodes.Status403Forbidden, "この情報の提供に同意していません"),
        RecordAccess.Ended => Refused(StatusCodes.Status403Forbidden, "同意から24時間が過ぎました。もう一度カードを読み取ってください"),
    };

    /// <summary>The arrival as the access log names it.</summary>
    public static string About(ArrivalRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{JapanTime.DateOf(row.At):yyyy-MM-dd} #{row.Number}");

    private static async Task<IResult> InsuranceAsync(DeskServices parts, SignedInStaff who, InsuranceAsked asked, CancellationToken stop)
    {
        (InsuranceQuery? query, string wrong) = Query(asked);
        if (query is null) return Refused(StatusCodes.Status400BadRequest, wrong);
        await parts.Store.LogAccessAsync(who.Id, "insurance", $"{query.Insurer} {parts.Patients.OfInsurance(query)}");
        Eligibility answer = await parts.Eligibility.Centre.AskAsync(query, stop);
        if (answer.Insurances is [{ Person: { } person }, ..])
            await parts.Store.LogAccessAsync(who.Id, "insurance found", parts.Patients.OfPerson(person.Name, person.Birthdate));
        return Results.Json(QualificationSheet.Make(answer, new("番号での照会", [], WithDiseases: false), parts.Eligibility.Centre.Label,
            parts.Time.GetUtcNow()), PageJson.Options);
    }

    /// <summary>The address of a person with 住所不開示, asked for once more: no answer is kept here.</summary>
    private static async Task<IResult> InsuranceAddressAsync(
        DeskServices parts, SignedInStaff who, InsuranceAsked asked, CancellationToken stop)
    {
        (InsuranceQuery? query, string wrong) = Query(asked);
        if (query is null) return Refused(StatusCodes.Status400BadRequest, wrong);
        Eligibility answer = await parts.Eligibility.Centre.AskAsync(query, stop);
        if (answer.Insurances is not [{ Person: { } person }, ..]) return Results.NotFound();
        await parts.Store.LogAccessAsync(who.Id, "address", parts.Patients.OfPerson(person.Name, person.Birthdate));
        return QualificationSheets.Address(answer);
    }

    public static (InsuranceQuery? Query, string Wrong) Query(InsuranceAsked asked)
    {
        string typed = asked.Birthdate ?? "", era = asked.Era ?? "";
        DateOnly? birthdate = JapaneseDate.Parse(typed.Length > 0 ? typed : era);
        return typed.Length > 0 && era.Trim().Length > 0 && JapaneseDate.Parse(era) != birthdate
            ? (null, "生年月日の西暦と和暦が違う日です")
            : InsuranceQuery.Of(
                asked.Insurer ?? "", asked.Symbol ?? "", asked.Number ?? "", asked.Branch ?? "", birthdate, withLimit: true);
    }

    private static async Task<IResult> SearchAsync(
        DeskServices parts, SignedInStaff who, string mode, PersonAsked asked, CancellationToken stop)
    {
        (WithoutConsent? exception, IResult? refused) = Exceptional(parts, who, mode, asked.Reason ?? "");
        if (exception is null) return refused!;
        IReadOnlyList<FoundPerson> found;
        if ((asked.Insurer ?? "").Trim().Length > 0)
        {
            (InsuranceQuery? query, string wrong) = Query(
                new(asked.Insurer, asked.Symbol, asked.Number, asked.Branch, asked.Birthdate, null));
            if (query is null) return Refused(StatusCodes.Status400BadRequest, wrong);
            await parts.Store.LogAccessAsync(
                exception.By, mode + " search", $"{query.Insurer} {parts.Patients.OfInsurance(query)}", exception.Reason);
            found = await parts.Eligibility.Centre.SearchAsync(query, stop);
        }
        else
        {
            string name = asked.Name ?? "", birthdate = asked.Birthdate ?? "", sex = asked.Sex ?? "", address = asked.Address ?? "";
            if ((name.Length == 0 && birthdate.Length == 0) || name.Length > MaxText || address.Length > MaxText
                || (birthdate.Length > 0 && JapaneseDate.Parse(birthdate) is null))
                return Refused(StatusCodes.Status400BadRequest, "氏名か生年月日、または資格確認書の番号を入れてください");
            // The terms name a person: only which of them were used is logged.
            (string Text, string Field)[] terms = [(name, "name"), (birthdate, "birthdate"), (sex, "sex"), (address, "address")];
            await parts.Store.LogAccessAsync(exception.By, mode + " search",
                string.Join('+', terms.Where(t => t.Text.Length > 0).Select(t => t.Field)), exception.Reason);
            found = await parts.Eligibility.Centre.SearchAsync(name, JapaneseDate.Parse(birthdate), sex, address, stop);
        }

        if (found.Count > MaxFound) return Refused(StatusCodes.Status400BadRequest, "該当する方が多すぎます。条件を加えてください");
        // Whose names and addresses are shown now.
        foreach (FoundPerson one in found)
            await parts.Store.LogAccessAsync(exception.By, mode + " found", parts.Patients.Found(one), exception.Reason);
        return Results.Json(found.Select(View), PageJson.Options);
    }

    private static object View(FoundPerson found)
    {
        Person p = found.Person;
        string birthdate = p.Birthdate.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);
        string address = p.IsAddressWithheld ? "住所不開示" : p.Address;
        return new { found.Handle, p.Name, Kana = p.NameKana, p.Sex, Birthdate = birthdate, Address = address };
    }

    private static async Task<IResult> FoundViewAsync(DeskServices parts, SignedInStaff who, string mode, string handle, string kind,
        string reason, CancellationToken stop)
    {
        (WithoutConsent? exception, IResult? refused) = Exceptional(parts, who, mode, reason);
        if (exception is null) return refused!;
        if (!MedicalSheets.Titles.ContainsKey(kind)) return Results.NotFound();
        if (parts.Patients.OfHandle(handle) is not { } person)
            return Refused(StatusCodes.Status404NotFound, "もう一度さがしてください");
        await parts.Store.LogAccessAsync(exception.By, $"{mode} view {kind}", person, exception.Reason);
        return Sheet(parts, kind, await parts.Eligibility.Centre.ViewFoundAsync(handle, kind, stop),
            mode == Disaster ? "同意なし（災害時の閲覧）" : "同意なし（救急時の閲覧）");
    }

    /// <summary>Who looks up without the patient's consent, and why.</summary>
    private sealed record WithoutConsent(string By, string Reason);

    /// <returns>The exception, or the refusal.</returns>
    private static (WithoutConsent? Exception, IResult? Refused) Exceptional(
        DeskServices parts, SignedInStaff who, string mode, string reason) =>
        mode == Emergency
            ? parts.Emergency.Find(who) is { } grant ? (new(grant.By, grant.Reason), null)
                : (null, Refused(StatusCodes.Status403Forbidden, "救急時閲覧を始めてください。30分で終わります"))
            : parts.Kiosks.Disaster is null ? (null, Refused(StatusCodes.Status403Forbidden, "災害時案内が出ている間だけ使えます"))
            : reason.Trim().Length is 0 or > MaxText
                ? (null, Refused(StatusCodes.Status400BadRequest, "理由（口頭同意の有無など）を100字以内で入れてください"))
            : (new(who.Id, reason), null);

    private static IResult Sheet(DeskServices parts, string kind, MedicalRecords records, string alert = "") => Results.Json(
        MedicalSheets.Make(kind, records, parts.Eligibility.Centre.Label, parts.Time.GetUtcNow(), alert), PageJson.Options);

    private static async Task<IResult> WithCentre(Func<Task<IResult>> ask)
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
}
