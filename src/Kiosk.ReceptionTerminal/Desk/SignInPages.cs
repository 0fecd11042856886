using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <param name="Code">Second factor; empty where there is none.</param>
internal sealed record SignInRequest(string? Id, string? Password, string? Code);

/// <param name="Old">Not needed at the first sign-in and after a one-time code.</param>
internal sealed record PasswordAsked(string? Old, string? Code, string? New);

/// <summary>Sign-in, sign-out and the page that changes one's password.</summary>
internal static class SignInPages
{
    public static void Map(WebApplication app, DeskServices parts)
    {
        app.MapGet("/signin", (HttpContext c, string? token) => ByTokenAsync(c, token, parts));
        app.MapPost("/signin/account", (HttpContext c, SignInRequest? asked) => ByNameAsync(c, asked, parts));
        app.MapPost("/signout", async (HttpContext c) =>
        {
            parts.Sessions.SignOut(DeskGuard.SignedIn(c));
            await parts.Audit.SignedOutAsync(DeskGuard.SignedIn(c).Id);
            return Results.NoContent();
        });
        app.MapGet("/me", (HttpContext c) => Results.Json(Me(parts, DeskGuard.SignedIn(c)), PageJson.Options));
        // Sent by the page while somebody works at it, so that a session does not end under their hands.
        app.MapPost("/active", () => Results.NoContent());
        app.MapGet("/password", c => PageFile.Send(c, "password.html"));
        app.MapPost("/password", (HttpContext c, PasswordAsked? asked) => ChangeAsync(c, asked, parts));
    }

    private static object Me(DeskServices parts, SignedInStaff who) =>
        new
        {
            who.Id,
            Admin = who.Role == Role.Admin,
            who.MustChange,
            Accounts = parts.Sessions.UsesAccounts,
            Reception = who.Rights.HasFlag(Rights.Reception),
            Medical = who.Rights.HasFlag(Rights.Medical),
        };

    private static async Task ByTokenAsync(HttpContext context, string? token, DeskServices parts)
    {
        if (parts.Sessions.SignIn(token ?? "") is not { } session)
        {
            await parts.Audit.RefusedAsync("", "address of the console");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await PageFile.Send(context, parts.Sessions.UsesAccounts ? "login.html" : "signin.html");
            return;
        }

        await parts.Audit.SignedInAsync(session.Id);
        SetCookie(context, session, parts);
        // Takes the token out of the address bar. It is used by now and signs nobody in any more.
        context.Response.Redirect("/");
    }

    private static async Task<IResult> ByNameAsync(HttpContext context, SignInRequest? asked, DeskServices parts)
    {
        Proven proven = await parts.Proof.CheckAsync(context, asked?.Id, asked?.Password, asked?.Code);
        if (proven.Account is not { } account)
        {
            await parts.Audit.RefusedAsync(asked?.Id ?? "", proven.Busy ? "too many at once" : "");
            return proven.Busy ? StaffProof.TooBusy(context) : Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        await parts.Audit.SignedInAsync(account.Id);
        SetCookie(context, parts.Sessions.Open(account), parts);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, PasswordAsked? asked, DeskServices parts)
    {
        SignedInStaff who = DeskGuard.SignedIn(context);
        if (!parts.Sessions.UsesAccounts) return Refused(StatusCodes.Status404NotFound, "職員のアカウントが設定されていません");
        if (PasswordRules.FaultOf(asked?.New ?? "", who.Id, parts.SiteWords) is { } fault)
            return Refused(StatusCodes.Status400BadRequest, PasswordRules.InJapanese(fault));
        // Who signed in for the first time, or by a one-time code, has proved it a moment ago.
        if (!who.MustChange)
        {
            Proven proven = await parts.Proof.CheckAsync(context, who.Id, asked?.Old, asked?.Code);
            if (proven.Busy) return StaffProof.TooBusy(context);
            if (proven.Account is null)
            {
                await parts.Audit.RefusedAsync(who.Id, "change of password");
                return Refused(StatusCodes.Status403Forbidden, "今のパスワードか確認コードが違います");
            }
        }
        else if (asked!.Old == asked.New)
        {
            return Refused(StatusCodes.Status400BadRequest, "今と違うパスワードにしてください");
        }

        if (parts.Proof.TryRun(context, () => parts.Accounts.ChangePassword(who.Id, asked!.New!)) is not { } changing)
            return StaffProof.TooBusy(context);
        try
        {
            StaffAccount account = await changing;
            await parts.Audit.AccountAsync(who.Id, "password changed", "");
            parts.Sessions.SignOut(who);
            SetCookie(context, parts.Sessions.Open(account), parts);
            // Other sessions of this account end now, not at their next redraw.
            parts.Changes.Notify();
            return Results.NoContent();
        }
        catch (StartException)
        {
            return NotWritten();
        }
    }

    public static IResult NotWritten() =>
        Refused(StatusCodes.Status503ServiceUnavailable, "職員のファイルに書き込めません。受付端末の空き容量と権限を確かめてください");

    private static IResult Refused(int status, string why) => Results.Text(why, "text/plain; charset=utf-8", statusCode: status);

    private static void SetCookie(HttpContext context, SignedInStaff session, DeskServices parts) =>
        context.Response.Cookies.Append(DeskGuard.Cookie, session.Session, new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = parts.Options.Https,
            MaxAge = DeskSessions.Lifetime,
            Path = "/",
        });
}
