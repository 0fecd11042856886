using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>
/// Writes sign-ins, refusals and denied roles into the program's log and into the access log, with the name that was tried. When the
/// database cannot be written, the program's log still has them.
/// </summary>
internal sealed class DeskAudit(ReceptionStore store, ILogger log)
{
    private const int LongestName = 32;

    public Task SignedInAsync(string staff) => NoteAsync(staff, "sign-in", "");

    public Task SignedOutAsync(string staff) => NoteAsync(staff, "sign-out", "");

    public Task EndedAsync(string staff, string why) => NoteAsync(staff, "session ended", why);

    public Task RefusedAsync(string tried, string why) => NoteAsync(tried, "sign-in refused", why);

    /// <summary>Somebody signed in asked for what only an administrator may do.</summary>
    public Task DeniedAsync(SignedInStaff who, string what) => NoteAsync(who.Id, "denied", what);

    /// <summary>Something was done with an account: reset, password changed.</summary>
    public Task AccountAsync(string staff, string what, string about) => NoteAsync(staff, what, about);

    private async Task NoteAsync(string staff, string action, string about)
    {
        string name = Clean(staff);
        about = string.Concat(about.Where(c => !char.IsControl(c)));
        Log.Access(log, name, action, about);
        try
        {
            await store.LogAccessAsync(name, action, about);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or System.Threading.Channels.ChannelClosedException)
        {
            Log.AccessNotStored(log, e.GetType().Name);
        }
    }

    // Anybody can type anything into the field of the name: no line breaks in a log, no long texts.
    private static string Clean(string typed) =>
        string.Concat(typed.Take(LongestName).Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@' ? c : '?'))
            is { Length: > 0 } name ? name : "?";
}
