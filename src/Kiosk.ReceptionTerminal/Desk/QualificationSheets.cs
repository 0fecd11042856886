using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Sheets;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// 資格情報確認 of an arrival, and its address where that must not be disclosed (住所不開示). Each opening is in the access log before anything
/// is shown.
/// </summary>
internal static class QualificationSheets
{
    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapGet("/arrivals/{no:long}/sheet", (HttpContext c, long no) => SheetAsync(parts, DeskGuard.SignedIn(c), no));
        app.MapPost("/arrivals/{no:long}/address", (HttpContext c, long no) => AddressAsync(parts, DeskGuard.SignedIn(c), no));
    }

    private static async Task<IResult> SheetAsync(DeskServices parts, SignedInStaff who, long no)
    {
        if (Find(parts, no) is not var (row, answer)) return NotThere();
        await parts.Store.LogAccessAsync(who.Id, "sheet", StaffLookUps.About(row));
        SheetContext context = new($"受付 {row.Number}番", DeskViewBuilder.WhyNotProven(row) is { Length: > 0 } why ? [why] : [],
            parts.Store.RecordsOf(no, OqsCodes.SpecificDiseases).Access == RecordAccess.Open);
        return Results.Json(
            QualificationSheet.Make(answer, context, parts.Eligibility.Centre.Label, parts.Time.GetUtcNow()), PageJson.Options);
    }

    private static async Task<IResult> AddressAsync(DeskServices parts, SignedInStaff who, long no)
    {
        if (Find(parts, no) is not var (row, answer) || answer.Insurances.Count == 0) return NotThere();
        await parts.Store.LogAccessAsync(who.Id, "address", StaffLookUps.About(row));
        return Address(answer);
    }

    /// <summary>Of the first entitlement: all are of the same person.</summary>
    public static IResult Address(Eligibility answer)
    {
        Person p = answer.Insurances[0].Person;
        return Results.Json(new { Address = SheetText.Or($"〒{p.PostNumber} {p.Address}".Trim('〒', ' ')) }, PageJson.Options);
    }

    private static (ArrivalRow Row, Eligibility Answer)? Find(DeskServices parts, long no) =>
        parts.Store.Arrival(no) is { } row && parts.Eligibility.Find(no)?.Answer is { } answer ? (row, answer) : null;

    private static IResult NotThere() => Results.Text("この受付の資格情報はありません。資格確認の回答を待つか、カードをもう一度読み取ってください",
        "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
}
