using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>An arrival that no reader could take.</summary>
/// <param name="Key">A GUID of the form, the same when it is sent again.</param>
/// <param name="Kind">Of <see cref="HandKind"/>.</param>
/// <param name="Name">Needed for a 申立書, and when the centre does not answer.</param>
/// <param name="Sex">OQSCD007.</param>
/// <param name="InsurerName">保険者等名称 of a 申立書.</param>
/// <param name="Share">負担割合 of a 申立書: 1, 2 or 3; empty: not known.</param>
internal sealed record HandAsked(
    string? Key, string? Kind, string? Insurer, string? Symbol, string? Number, string? Branch, string? Birthdate, string? Era,
    string? Name, string? Kana, string? Sex, string? Address, string? InsurerName, string? Share);

/// <summary>
/// 手入力: when the reader cannot serve, staff enter what the マイナ資格確認アプリ, a 資格確認書 or a 被保険者資格申立書 says. Numbers are asked at the
/// centre; a 申立書, or numbers without an answer, are taken as "not confirmed".
/// </summary>
internal static class HandEntry
{
    private const int MaxText = 100;

    public static void Map(WebApplication app, DeskServices parts) =>
        app.MapPost("/hand", (HttpContext c, HandAsked asked) => EnterAsync(parts, DeskGuard.SignedIn(c), asked, c.RequestAborted));

    private static async Task<IResult> EnterAsync(DeskServices parts, SignedInStaff who, HandAsked asked, CancellationToken stop)
    {
        if (!Guid.TryParse(asked.Key, out Guid key) || !HandKind.IsKnown(asked.Kind))
            return Refused("確認したもの（アプリ、資格確認書、申立書）を選んでください");
        string?[] texts = [asked.Name, asked.Kana, asked.Address, asked.InsurerName];
        if (texts.Any(t => t?.Length > MaxText)) return Refused("氏名・カナ・住所・保険者名は100字以内で入れてください");
        (Eligibility? answer, string wrong) = asked.Kind == HandKind.Statement ? Statement(asked) : await NumbersAsync(parts, asked, stop);
        if (answer is null) return Refused(wrong);
        if (answer.IsRefused || answer.Insurances.Count == 0)
            return Refused($"{Sheets.SheetText.Status(answer)}。{answer.NoticeCode} {answer.Notice}".Trim('。', ' ') + "。番号を確かめてください");
        await parts.Store.LogAccessAsync(who.Id, "hand entry", parts.Patients.OfPerson(
            answer.Insurances[0].Person.Name, answer.Insurances[0].Person.Birthdate), asked.Kind!);
        ArrivalRow row = await parts.Hand.EnterAsync(key, who.Id, asked.Kind!, answer);
        Logging.Log.PageAction(parts.Log, "arrival entered by hand");
        return Results.Json(new { row.Number, row.No }, PageJson.Options);
    }

    private static async Task<(Eligibility? Answer, string Wrong)> NumbersAsync(DeskServices parts, HandAsked asked, CancellationToken stop)
    {
        (InsuranceQuery? query, string wrong) = StaffLookUps.Query(
            new(asked.Insurer, asked.Symbol, asked.Number, asked.Branch, asked.Birthdate, asked.Era));
        if (query is null) return (null, wrong);
        try
        {
            return (await parts.Eligibility.Centre.AskAsync(query, stop), "");
        }
        catch (CentreException e)
        {
            string name = (asked.Name ?? "").Trim();
            if (name.Length == 0) return (null, $"{e.Message}。氏名も入れると、資格を確認しないまま受け付けます");
            Insurance typed = Typed(asked, name, query.Birthdate) with
            {
                Insurer = query.Insurer,
                Symbol = query.Symbol,
                Number = query.Number,
                Branch = query.Branch,
            };
            return (new("", "", "センターの回答がないため、資格は確認されていません。", [typed]), "");
        }
    }

    private static (Eligibility? Answer, string Wrong) Statement(HandAsked asked)
    {
        string name = (asked.Name ?? "").Trim();
        DateOnly? birthdate = JapaneseDate.Parse(asked.Birthdate is { Length: > 0 } typed ? typed : asked.Era ?? "");
        if (name.Length == 0 || birthdate is null) return (null, "申立書の氏名と生年月日を入れてください");
        if (asked.Share is { Length: > 0 } share && share is not ("1" or "2" or "3")) return (null, "負担割合を確かめてください");
        return (new("", "", "被保険者資格申立書による受付です。資格は確認されていません。", [Typed(asked, name, birthdate.Value)]), "");
    }

    private static Insurance Typed(HandAsked asked, string name, DateOnly birthdate) => new(
        new(name, (asked.Kana ?? "").Trim(), asked.Sex is "1" or "2" ? asked.Sex : "3", birthdate, (asked.Address ?? "").Trim(), ""),
        "", (asked.InsurerName ?? "").Trim(), "", "", "", "", "", "", null, null, "",
        PartialContribution: asked.Share is { Length: > 0 } share ? $"0{share}0" : "");

    private static IResult Refused(string why) =>
        Results.Text(why, "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
}
