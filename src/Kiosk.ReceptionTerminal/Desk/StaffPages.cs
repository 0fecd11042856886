using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>An administrator's own password and second factor, for what must not be done by somebody who finds the page open.</summary>
internal sealed record OwnProof(string? Password, string? Code);

/// <param name="Id">1 to 32 characters; not needed when an account is changed.</param>
internal sealed record AccountAsked(string? Id, bool Admin, bool Reception, bool Medical, string? Password, string? Code);

/// <summary>職員: administrators add, change, reset and end accounts. Each asks for the administrator's own password again.</summary>
internal static class StaffPages
{
    private const int LongestId = 32;

    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapGet("/staff", async (HttpContext c) => await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)
            ? Results.Json(parts.Accounts.All.OrderBy(a => a.Id, StringComparer.Ordinal).Select(View), PageJson.Options)
            : Results.StatusCode(StatusCodes.Status403Forbidden));
        app.MapPost("/staff", (HttpContext c, AccountAsked asked) => AddAsync(c, asked, parts));
        app.MapPost("/staff/{id:maxlength(32)}/reset", (HttpContext c, string id, OwnProof? own) => ActAsync(
            c, id, own, "account reset", "", parts, () => parts.Accounts.Reset(id)));
        app.MapPost("/staff/{id:maxlength(32)}/end", (HttpContext c, string id, OwnProof? own) => ActAsync(
            c, id, own, "account ended", "", parts, () => parts.Accounts.Remove(id) ? "" : null));
        app.MapPost("/staff/{id:maxlength(32)}/rights", (HttpContext c, string id, AccountAsked asked) => Fault(asked) is { } fault
            ? Task.FromResult(Refused(StatusCodes.Status400BadRequest, fault))
            : ActAsync(c, id, new(asked.Password, asked.Code), "account changed", Words(asked), parts,
                () => parts.Accounts.Change(id, RoleOf(asked), RightsOf(asked)) ? "" : null));
    }

    private static object View(StaffAccount a) => new
    {
        a.Id,
        Admin = a.Role == Role.Admin,
        Reception = a.Rights.HasFlag(Rights.Reception),
        Medical = a.Rights.HasFlag(Rights.Medical),
        SecondFactor = a.TotpKey is not null,
        a.Locked,
        Waiting = a.MustChange || a.OneTime is not null,
    };

    private static Role RoleOf(AccountAsked asked) => asked.Admin ? Role.Admin : Role.User;

    private static Rights RightsOf(AccountAsked asked) =>
        (asked.Reception ? Rights.Reception : Rights.None) | (asked.Medical ? Rights.Medical : Rights.None);

    private static string Words(AccountAsked asked) => $"{RoleOf(asked)}: {RightsOf(asked)}";

    private static string? Fault(AccountAsked asked) =>
        !asked.Admin && RightsOf(asked) == Rights.None ? "一般利用者には「受付」か「医療情報閲覧」の権限が要ります" : null;

    private static Task<IResult> AddAsync(HttpContext context, AccountAsked asked, DeskServices parts)
    {
        string id = (asked.Id ?? "").Trim();
        // As the access log writes names: what it would replace is refused here.
        bool isName = id.Length is > 0 and <= LongestId && id.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@');
        if (!isName) return Task.FromResult(Refused(StatusCodes.Status400BadRequest, "職員IDは32字以内の文字と数字、. - _ @ にしてください"));
        return Fault(asked) is { } fault ? Task.FromResult(Refused(StatusCodes.Status400BadRequest, fault))
            : parts.Accounts.Find(id) is not null ? Task.FromResult(Refused(StatusCodes.Status409Conflict, "この職員IDはもう使われています"))
            : ActAsync(context, id, new(asked.Password, asked.Code), "account added", Words(asked), parts,
                () => parts.Accounts.Add(id, RoleOf(asked), RightsOf(asked)));
    }

    /// <param name="act">Runs among the hashes. Null: it was not possible; otherwise the one-time code, or empty.</param>
    private static async Task<IResult> ActAsync(
        HttpContext context, string id, OwnProof? own, string action, string about, DeskServices parts, Func<string?> act)
    {
        SignedInStaff who = DeskGuard.SignedIn(context);
        if (!await DeskGuard.MayAsync(context, Role.Admin, parts.Audit)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!parts.Sessions.UsesAccounts) return Refused(StatusCodes.Status404NotFound, "職員のアカウントが設定されていません");
        if (id == who.Id)
            return Refused(StatusCodes.Status400BadRequest, "ご自分のアカウントはここで変えられません。パスワードは、職員名を押して変えてください");
        Proven proven = await parts.Proof.CheckAsync(context, who.Id, own?.Password, own?.Code);
        if (proven.Busy) return StaffProof.TooBusy(context);
        if (proven.Account is null)
        {
            await parts.Audit.RefusedAsync(who.Id, $"{action} {id}");
            return Refused(StatusCodes.Status403Forbidden, "パスワードか確認コードが違います");
        }

        // Logged before it acts.
        await parts.Store.LogAccessAsync(who.Id, action, id, about);
        if (parts.Proof.TryRun(context, act) is not { } acting) return StaffProof.TooBusy(context);
        try
        {
            if (await acting is not { } code)
                return Refused(StatusCodes.Status404NotFound, "この職員IDはないか、最後の管理者です");
            Log.PageAction(parts.Log, action);
            parts.Changes.Notify();
            return Results.Json(new { Code = code, Hours = (int)StaffAccounts.OneTimeCodeLife.TotalHours }, PageJson.Options);
        }
        catch (StartException)
        {
            return SignInPages.NotWritten();
        }
    }

    private static IResult Refused(int status, string why) => Results.Text(why, "text/plain; charset=utf-8", statusCode: status);
}
