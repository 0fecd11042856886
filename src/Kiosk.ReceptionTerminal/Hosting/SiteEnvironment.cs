using System.Text;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Hosting;

/// <summary>
/// 接続検証 (trial) or 本番 (production). The two never share a database or a folder for the レセコン: each is marked at first use, a folder by an
/// empty folder in it whose name begins with a dot, so that no reader of files meets it.
/// </summary>
/// <param name="Name">trial, production, or empty: no centre is connected and none is configured, so nothing is marked.</param>
internal sealed record SiteEnvironment(string Name)
{
    private const string Key = "environment";

    private string Other => Name == ReceptionOptions.Trial ? ReceptionOptions.Production : ReceptionOptions.Trial;

    /// <param name="configured">Null: what the centre is.</param>
    /// <param name="label">Of the centre; not empty: it is simulated.</param>
    /// <param name="hasCentre">False: nothing is asked, nothing is written.</param>
    /// <exception cref="StartException">A simulated centre in production.</exception>
    public static SiteEnvironment FromSettings(string? configured, string label, bool hasCentre) =>
        configured == ReceptionOptions.Production && label.Length > 0
            ? throw new StartException(Key, "must not be \"production\" with a simulated centre: patients would get invented answers")
            : new(configured ?? (label.Length > 0 ? ReceptionOptions.Trial : hasCentre ? ReceptionOptions.Production : ""));

    /// <exception cref="StartException">The database is of the other environment.</exception>
    public async Task ClaimAsync(ReceptionStore store)
    {
        if (Name.Length == 0) return;
        if (store.Blob(Key) is { } marked && Encoding.ASCII.GetString(marked) is var was && was != Name)
            throw new StartException("database", $"is of the environment \"{was}\" and must not be used in \"{Name}\"; name another one");
        await store.SetBlobAsync(Key, Encoding.ASCII.GetBytes(Name));
    }

    /// <summary>Makes the folder when it is missing, and marks it.</summary>
    /// <exception cref="StartException">The folder is of the other environment.</exception>
    public void Claim(string? folder)
    {
        if (folder is null || Name.Length == 0) return;
        try
        {
            if (Directory.Exists(Path.Combine(folder, "." + Other)))
                throw new StartException(
                    folder, $"holds files of the environment \"{Other}\" and must not be used in \"{Name}\"; name another folder");
            Directory.CreateDirectory(Path.Combine(folder, "." + Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A share that is away at the start is told at the page, by who uses it.
        }
    }
}
