using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>The result of a password that was typed.</summary>
/// <param name="Account">Null: wrong.</param>
/// <param name="Busy">Too many at once: nothing was checked, answer 429.</param>
internal sealed record Proven(StaffAccount? Account, bool Busy);

/// <summary>Checks what somebody typed, in the queue that limits how many are checked at once.</summary>
internal sealed class StaffProof(StaffAccounts accounts, PasswordQueue queue)
{
    public async Task<Proven> CheckAsync(HttpContext context, string? id, string? password, string? code)
    {
        if (id is null or { Length: 0 or > 32 } || password is null or { Length: 0 or > PasswordRules.Longest })
            return new(null, Busy: false);
        Task<StaffAccount?>? asked = queue.TryRun(Address(context), () => accounts.SignIn(id, password, code ?? ""));
        return asked is null ? new(null, Busy: true) : new(await asked, Busy: false);
    }

    /// <summary>The same queue for making a hash.</summary>
    /// <returns>Null: too many at once.</returns>
    public Task<T>? TryRun<T>(HttpContext context, Func<T> work) => queue.TryRun(Address(context), work);

    public static IResult TooBusy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "60";
        return Results.Text("サインインが混み合っています。1分ほど待ってから、もう一度お試しください", "text/plain; charset=utf-8",
            statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
