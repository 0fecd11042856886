using System.Collections.Concurrent;
using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <param name="Reason">1 to 100 characters; may be left out when a second person confirms.</param>
/// <param name="Second">Another member of staff, with password and code; empty: alone.</param>
internal sealed record EmergencyAsked(string? Reason, string? Second, string? SecondPassword, string? SecondCode);

/// <summary>
/// 救急時閲覧: records of somebody who cannot agree, by two named people, or by one with a reason. It is open for the session that began it,
/// for <see cref="Life"/>. Everything done in it waits for a review by an administrator within <see cref="ReviewWithin"/>.
/// </summary>
internal sealed class EmergencyViewing(ReceptionStore store, ReceptionTroubles troubles, TimeProvider time, ILogger log)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30), ReviewWithin = TimeSpan.FromHours(24);

    /// <summary>In the access log: everything before it is reviewed.</summary>
    public const string Reviewed = "emergency reviewed";

    private const int LongestReason = 100;
    private static readonly TimeSpan s_check = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, EmergencyGrant> _grants = new(StringComparer.Ordinal);

    /// <returns>Null: this session has begun none, or it is over.</returns>
    public EmergencyGrant? Find(SignedInStaff who) =>
        _grants.TryGetValue(who.Session, out EmergencyGrant? grant) && time.GetUtcNow() < grant.Until ? grant : null;

    /// <summary>What no administrator has reviewed yet, oldest first.</summary>
    public IReadOnlyList<AccessRow> Open()
    {
        IReadOnlyList<AccessRow> all = store.EmergencyAccesses();
        int last = -1;
        for (int n = 0; n < all.Count; n++) if (all[n].Action == Reviewed) last = n;
        return [.. all.Skip(last + 1)];
    }

    public bool IsOverdue(IReadOnlyList<AccessRow> open) => open.Count > 0 && time.GetUtcNow() - open[0].At > ReviewWithin;

    /// <summary>Tells at the head of the page when a review is late, until it is done.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Tell();
            await Task.Delay(s_check, time, stop);
        }
    }

    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapPost("/emergency/begin", (HttpContext c, EmergencyAsked asked) => parts.Emergency.BeginAsync(c, asked, parts));
        app.MapPost("/emergency/end", (HttpContext c) =>
        {
            parts.Emergency._grants.TryRemove(DeskGuard.SignedIn(c).Session, out _);
            return Results.NoContent();
        });
        app.MapPost("/review/emergency", async (HttpContext c) =>
        {
            if (!await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)) return Results.StatusCode(StatusCodes.Status403Forbidden);
            if (parts.Emergency.Open().Count == 0) return Results.NotFound();
            await parts.Store.LogAccessAsync(DeskGuard.SignedIn(c).Id, Reviewed, "");
            parts.Emergency.Tell();
            return Results.NoContent();
        });
    }

    private void Tell()
    {
        try
        {
            troubles.Set("emergency", IsOverdue(Open())
                ? "救急時閲覧の記録が、24時間を過ぎても確認されていません。管理者は「アクセスログ」で確認してください" : "");
        }
        catch (Exception e) when (e is System.Data.Common.DbException or Configuration.StartException or InvalidOperationException)
        {
            Log.EmergencyUnknown(log, e.GetType().Name);
        }
    }

    private async Task<IResult> BeginAsync(HttpContext context, EmergencyAsked asked, DeskServices parts)
    {
        SignedInStaff who = DeskGuard.SignedIn(context);
        string reason = (asked.Reason ?? "").Trim(), by = who.Id;
        if (reason.Length > LongestReason) return Refused(StatusCodes.Status400BadRequest, "理由は100字以内で入れてください");
        if (asked.Second is { Length: > 0 } second)
        {
            Proven other = second == who.Id ? new(null, Busy: false)
                : await parts.Proof.CheckAsync(context, second, asked.SecondPassword, asked.SecondCode);
            if (other.Busy) return StaffProof.TooBusy(context);
            if (other.Account is not { MustChange: false })
            {
                await parts.Audit.RefusedAsync(second, "emergency on");
                return Refused(StatusCodes.Status403Forbidden, "もうひとりの職員のID、パスワード、確認コードを確かめてください");
            }

            by = $"{who.Id}、{second}";
        }
        else if (reason.Length == 0)
        {
            return Refused(StatusCodes.Status400BadRequest, "ひとりで行うときは、理由（患者の状態など）を入れてください");
        }

        DateTimeOffset until = time.GetUtcNow() + Life;
        foreach (string old in _grants.Where(g => g.Value.Until <= time.GetUtcNow()).Select(g => g.Key).ToList())
            _grants.TryRemove(old, out _);
        // First the log: what is not logged does not happen.
        await store.LogAccessAsync(
            by, "emergency on", "until " + JapanTime.At(until).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), reason);
        Log.PageAction(log, "emergency on");
        _grants[who.Session] = new(until, by, reason);
        return Results.Json(new { Until = until, By = by }, PageJson.Options);
    }

    private static IResult Refused(int status, string why) => Results.Text(why, "text/plain; charset=utf-8", statusCode: status);
}

/// <param name="By">One name, or two; recorded with everything that is done.</param>
internal sealed record EmergencyGrant(DateTimeOffset Until, string By, string Reason);
