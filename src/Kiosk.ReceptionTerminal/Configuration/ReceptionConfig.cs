using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiosk.ReceptionTerminal.Configuration;

/// <summary>Reads the JSON configuration. Relative file names count from the configuration file's folder.</summary>
public static class ReceptionConfig
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        // A misspelt name would otherwise silently leave a default in force.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="StartException">Names file and item.</exception>
    public static ReceptionOptions Load(string file)
    {
        try
        {
            ReceptionOptions options = JsonSerializer.Deserialize<ReceptionOptions>(File.ReadAllText(file), _json)
                ?? throw new JsonException("is empty");
            string full = Path.GetFullPath(file);
            return Checked(From(options, Path.GetDirectoryName(full)!), file) with { ConfigFile = full };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(file, "cannot be read: " + e.Message, e);
        }
        catch (JsonException e)
        {
            throw new StartException(file, "correct the configuration: " + e.Message, e);
        }
    }

    /// <summary>Ranges and contradictions.</summary>
    public static ReceptionOptions Checked(ReceptionOptions o, string file)
    {
        Require(o.Postgres is { Length: > 0 } != o.Database.Length > 0, "database", "or postgres must be given, and only one of them");
        Require(IPAddress.TryParse(o.Listen, out _), "listen", "must be an IP address, for example 0.0.0.0");
        Require(IPAddress.TryParse(o.Desk.Listen, out IPAddress? desk), "desk.listen", "must be an IP address, for example 127.0.0.1");
        Require(IPAddress.IsLoopback(desk!) || o.Desk.Https, "desk.https", "must be true when desk.listen is not 127.0.0.1");
        Require(o.Port is >= 0 and <= 65535, "port", "must be 0 to 65535");
        Require(o.Desk.Port is >= 0 and <= 65535, "desk.port", "must be 0 to 65535");
        Require(o.Port == 0 || o.Port != o.Desk.Port, "desk.port", "must differ from port");
        Require(o.JoinMinutes is >= 0 and <= 120, "joinMinutes", "must be 0 to 120");
        Require(o.KeepDays is >= 1 and <= 400, "keepDays", "must be 1 to 400");
        Require(o.Desk.StaffId.Length is >= 1 and <= 32, "desk.staffId", "must have 1 to 32 characters");
        Require(o.Desk.IdleMinutes is >= 5 and <= 240, "desk.idleMinutes", "must be 5 to 240");
        if (o.Consents is { } c)
        {
            Require(c.Version.Length is >= 1 and <= 32, "consents.version", "must have 1 to 32 characters");
            Require(c.Codes.Count is >= 1 and <= 32, "consents.codes", "must name 1 to 32 questions");
            Require(c.ValidHours is >= 1 and <= 24, "consents.validHours", "must be 1 to 24");
        }

        if (o.Metrics is { } m)
        {
            Require(IPAddress.TryParse(m.Listen, out _), "metrics.listen", "must be an IP address, for example 127.0.0.1");
            Require(m.Port is >= 0 and <= 65535, "metrics.port", "must be 0 to 65535");
        }

        if (o.Oqs is { } oqs)
        {
            Require(oqs.Institution.Length == 10 && oqs.Institution.All(char.IsAsciiDigit), "oqs.institution", "must have 10 digits");
            Require(oqs.Face.Length > 0, "oqs.face", "must name a folder");
            Require((oqs.Requests is null) == (oqs.Results is null), "oqs.results", "goes with oqs.requests, and only with it");
        }

        Require(o.Site.TextSize is >= 1 and <= 4, "site.textSize", "must be 1 (small) to 4 (largest)");
        Require(o.Site.Sound is >= 1 and <= 4, "site.sound", "must be 1 (nothing) to 4 (loud voice)");
        Require(
            o.Site.RenewalPage is not { } page
            || (page.Length <= 100 && page.All(char.IsAscii) && page.StartsWith("https://", StringComparison.Ordinal)),
            "site.renewalPage", "must be an https address of at most 100 ASCII characters");
        Require((o.Site.Phones ?? []).All(phone => phone is "android" or "iphone"), "site.phones", "knows only \"android\" and \"iphone\"");

        return o;

        void Require(bool good, string item, string rule)
        {
            if (!good) throw new StartException($"{file}, {item}", rule);
        }
    }

    private static ReceptionOptions From(ReceptionOptions o, string folder) => o with
    {
        Database = o.Database.Length > 0 ? Path.Combine(folder, o.Database) : "",
        CaFile = Path.Combine(folder, o.CaFile),
        CertificateFile = Path.Combine(folder, o.CertificateFile),
        KeyFile = Path.Combine(folder, o.KeyFile),
        Renewal = o.Renewal is { } pki ? Path.Combine(folder, pki) : null,
        JpkiCaFiles = [.. o.JpkiCaFiles.Select(f => Path.Combine(folder, f))],
        Oqs = o.Oqs is { } q ? q with
        {
            Face = Path.Combine(folder, q.Face),
            Requests = q.Requests is { } r ? Path.Combine(folder, r) : null,
            Results = q.Results is { } s ? Path.Combine(folder, s) : null,
        } : null,
        StaffFile = o.StaffFile is { } accounts ? Path.Combine(folder, accounts) : null,
        StaffCodeFile = o.StaffCodeFile is { } f ? Path.Combine(folder, f) : null,
    };
}
