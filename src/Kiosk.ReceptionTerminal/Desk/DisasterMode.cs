using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Who switches it on. Without accounts <paramref name="Code"/> is the token of the address that the console shows now.</summary>
/// <param name="Password">Of the person who is signed in: an administrator with a second factor.</param>
/// <param name="Second">Another member of staff, with password and code, instead.</param>
/// <param name="Hours">1 to 24.</param>
/// <param name="Reason">Which disaster; 1 to 100 characters.</param>
internal sealed record DisasterAsked(
    string? Password, string? Code, string? Second, string? SecondPassword, string? SecondCode, int Hours, string? Reason);

/// <summary>
/// Disaster mode lets staff read medical records without the patient's consent at a kiosk. One person alone cannot switch it on, except an
/// administrator with a fresh second factor; it ends by itself; it is logged before it acts; and what was done with it waits for a review
/// by an administrator from the next day on.
/// </summary>
internal static class DisasterMode
{
    private const int LongestReason = 100;

    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapPost("/disaster/true", (HttpContext c, DisasterAsked? asked) => BeginAsync(c, asked, parts));
        app.MapPost("/disaster/false", async (HttpContext c) =>
        {
            await parts.Store.LogAccessAsync(DeskGuard.SignedIn(c).Id, "disaster off", "");
            await parts.Kiosks.EndDisasterAsync();
            Log.PageAction(parts.Log, "disaster off");
            return Results.NoContent();
        });
        app.MapGet("/review", async (HttpContext c) => await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)
            ? Results.Json(ToReview(parts), PageJson.Options)
            : Results.StatusCode(StatusCodes.Status403Forbidden));
        app.MapPost("/review/{day:length(10)}", async (HttpContext c, string day) =>
        {
            if (!await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)) return Results.StatusCode(StatusCodes.Status403Forbidden);
            if (!Open(parts.Store).ContainsKey(day)) return Results.NotFound();
            await parts.Store.LogAccessAsync(DeskGuard.SignedIn(c).Id, DisasterReview.Done, day);
            return Results.NoContent();
        });
    }

    private static IEnumerable<object> ToReview(DeskServices parts)
    {
        IReadOnlyList<AccessRow> emergency = parts.Emergency.Open();
        IEnumerable<object> days =
            Open(parts.Store).Select(d => new { Day = d.Key, Title = $"災害時の操作（{d.Key}）", Late = false, Rows = d.Value });
        return emergency.Count == 0 ? days : days.Prepend(new
        {
            Day = "emergency",
            Title = "救急時閲覧（24時間以内に確認）",
            Late = parts.Emergency.IsOverdue(emergency),
            Rows = emergency,
        });
    }

    private static SortedDictionary<string, List<AccessRow>> Open(ReceptionStore store) => DisasterReview.Open(store.DisasterAccesses());

    private static async Task<IResult> BeginAsync(HttpContext context, DisasterAsked? asked, DeskServices parts)
    {
        SignedInStaff who = DeskGuard.SignedIn(context);
        string reason = (asked?.Reason ?? "").Trim();
        if (asked is not { Hours: >= 1 and <= 24 } || reason.Length is 0 or > LongestReason)
            return Refused(StatusCodes.Status400BadRequest, "災害の内容（100字以内）と時間（1～24時間）を入れてください");
        (string? by, bool busy) = await ApproversAsync(context, who, asked, parts);
        if (busy) return StaffProof.TooBusy(context);
        if (by is null)
        {
            await parts.Audit.RefusedAsync(asked.Second is { Length: > 0 } second ? second : who.Id, "disaster on");
            return Refused(StatusCodes.Status403Forbidden,
                "災害時案内は、確認コードを設定した管理者か、職員二人で出します。パスワードと確認コードを確かめてください");
        }

        DateTimeOffset until = parts.Time.GetUtcNow().AddHours(asked.Hours);
        string end = JapanTime.At(until).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        // First the log: what is not logged does not happen.
        await parts.Store.LogAccessAsync(by, "disaster on", "until " + end, reason);
        Log.PageAction(parts.Log, "disaster on");
        await parts.Kiosks.BeginDisasterAsync(new(until, by, reason));
        return Results.NoContent();
    }

    /// <returns>The names for the log; null: refused.</returns>
    private static async Task<(string? By, bool Busy)> ApproversAsync(
        HttpContext context, SignedInStaff who, DisasterAsked asked, DeskServices parts)
    {
        // Without accounts the console is the only thing that people have: whoever reads its newest address stands in front of it.
        if (!parts.Sessions.UsesAccounts) return (parts.Sessions.TakeToken(asked.Code ?? "") ? who.Id : null, false);
        if (asked.Second is { Length: > 0 } second)
        {
            if (second == who.Id) return (null, false);
            Proven other = await parts.Proof.CheckAsync(context, second, asked.SecondPassword, asked.SecondCode);
            return (other.Account is { MustChange: false } ? $"{who.Id}、{second}" : null, other.Busy);
        }

        if (who.Role != Role.Admin || parts.Accounts.Find(who.Id)?.TotpKey is null) return (null, false);
        Proven own = await parts.Proof.CheckAsync(context, who.Id, asked.Password, asked.Code);
        return (own.Account is null ? null : who.Id, own.Busy);
    }

    private static IResult Refused(int status, string why) => Results.Text(why, "text/plain; charset=utf-8", statusCode: status);
}
