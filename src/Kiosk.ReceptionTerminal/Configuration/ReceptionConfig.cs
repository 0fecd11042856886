using System.Net;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Configuration;

/// <summary>Reads the JSON configuration. Relative file names count from the configuration file's folder.</summary>
public static class ReceptionConfig
{
    private const string Help = "correct the configuration, all keys are in src/Kiosk.ReceptionTerminal/README.md";

    /// <exception cref="StartException">Names file and item.</exception>
    public static ReceptionOptions Load(string file)
    {
        try
        {
            ReceptionOptions options = JsonFile.Read<ReceptionOptions>(file, Help);
            // Before the folder is put in front of the names: an empty one would then be the folder.
            string full = Path.GetFullPath(file);
            return Checked(From(Checked(options, file), Path.GetDirectoryName(full)!), file) with { ConfigFile = full };
        }
        catch (JsonFileException wrong)
        {
            throw new StartException(wrong.Message, wrong);
        }
    }

    /// <summary>Ranges and contradictions.</summary>
    public static ReceptionOptions Checked(ReceptionOptions o, string file)
    {
        Require(o.Postgres is null or { Length: > 0 }, "postgres", "must be Host=…;Database=…;Username=…, or left out");
        Require(o.Postgres is not null != o.Database.Length > 0, "database", "or postgres must be given, and only one of them");
        (string Key, string? File)[] files =
        [
            ("caFile", o.CaFile), ("certificateFile", o.CertificateFile), ("keyFile", o.KeyFile), ("renewal", o.Renewal),
            ("staffFile", o.StaffFile), ("staffCodeFile", o.StaffCodeFile),
            ("oqs.requests", o.Oqs?.Requests), ("oqs.results", o.Oqs?.Results),
        ];
        foreach ((string key, string? path) in files) Require(path is null || IsPath(path), key, "must name a file or folder");
        Require(o.Database.Length == 0 || IsPath(o.Database), "database", "must name a file");
        Require(o.JpkiCaFiles.All(IsPath), "jpkiCaFiles", "must name files");
        Require(o.CardFaceCaFiles.All(IsPath), "cardFaceCaFiles", "must name files");
        Require(o.DeniedKeys.All(key => key.Length > 0), "deniedKeys", "must name kiosk ids or pins");
        Require(IPAddress.TryParse(o.Listen, out _), "listen", "must be an IP address, for example 0.0.0.0");
        Require(IPAddress.TryParse(o.Desk.Listen, out IPAddress? desk), "desk.listen", "must be an IP address, for example 127.0.0.1");
        Require(IPAddress.IsLoopback(desk!) || o.Desk.Https, "desk.https", "must be true when desk.listen is not 127.0.0.1");
        Require(o.Port is >= 0 and <= 65535, "port", "must be 0 to 65535");
        Require(o.Desk.Port is >= 0 and <= 65535, "desk.port", "must be 0 to 65535");
        Require(o.Port == 0 || o.Port != o.Desk.Port, "desk.port", "must differ from port");
        for (int i = 0; i < o.Desk.Hosts.Count; i++)
            Require(
                IsHost(o.Desk.Hosts[i]), $"desk.hosts[{i}]", "must be a name or an IP address without port, for example reception.local");
        Require(o.JoinMinutes is >= 0 and <= 120, "joinMinutes", "must be 0 to 120");
        Require(o.KeepDays is >= 1 and <= 400, "keepDays", "must be 1 to 400");
        Require(o.Desk.StaffId.Length is >= 1 and <= 32, "desk.staffId", "must have 1 to 32 characters");
        Require(o.Desk.IdleMinutes is >= 5 and <= 240, "desk.idleMinutes", "must be 5 to 240");
        if (o.Consents is { } c)
        {
            Require(c.Version.Length is >= 1 and <= 32, "consents.version", "must have 1 to 32 characters");
            Require(c.Codes.Count is >= 1 and <= 32, "consents.codes", "must name 1 to 32 questions");
            Require(
                c.Codes.All(code => code.Length == 3 && code.All(char.IsAsciiLetterUpper)) && c.Codes.Distinct().Count() == c.Codes.Count,
                "consents.codes", "must be codes of 閲覧同意種別 (OQSCD036), three capital letters, each once, for example SRJ, SHJ, YZK, TKK");
            Require(c.ValidHours is >= 1 and <= 24, "consents.validHours", "must be 1 to 24");
        }

        if (o.Metrics is { } m)
        {
            Require(IPAddress.TryParse(m.Listen, out _), "metrics.listen", "must be an IP address, for example 127.0.0.1");
            Require(m.Port is >= 0 and <= 65535, "metrics.port", "must be 0 to 65535");
            Require(m.Port == 0 || (m.Port != o.Port && m.Port != o.Desk.Port), "metrics.port", "must differ from port and desk.port");
        }

        if (o.Waiting is { } w)
        {
            Require(IPAddress.TryParse(w.Listen, out _), "waiting.listen", "must be an IP address, for example 0.0.0.0");
            Require(w.Port is >= 0 and <= 65535, "waiting.port", "must be 0 to 65535");
            Require(w.Port == 0 || (w.Port != o.Port && w.Port != o.Desk.Port && w.Port != o.Metrics?.Port), "waiting.port",
                "must differ from port, desk.port and metrics.port");
        }

        if (o.Oqs is { } oqs)
        {
            Require(oqs.Institution.Length == 10 && oqs.Institution.All(char.IsAsciiDigit), "oqs.institution", "must have 10 digits");
            Require(IsPath(oqs.Face), "oqs.face", "must name a folder");
            Require((oqs.Requests is null) == (oqs.Results is null), "oqs.results", "goes with oqs.requests, and only with it");
            Require(oqs.Encoding is OqsOptions.ShiftJis or OqsOptions.Utf8, "oqs.encoding", "must be \"shift_jis\" or \"utf-8\"");
        }

        if (o.Arrivals is { } a)
        {
            Require(IsPath(a.SecretFile), "arrivals.secretFile", "must name a file with the shared key");
            Require(a.Folder is null || IsPath(a.Folder), "arrivals.folder", "must name a folder");
            Require(a.Webhook is null || IsHook(a.Webhook), "arrivals.webhook",
                "must be an https address, or http on this machine, for example http://127.0.0.1:9000/arrivals");
            Require(a.CentreSeconds is >= 0 and <= 20, "arrivals.centreSeconds", "must be 0 to 20");
            Require(a.Folder is not null || a.Webhook is not null, "arrivals", "must name a folder, a webhook, or both");
        }

        Require(o.Environment is null or ReceptionOptions.Trial or ReceptionOptions.Production, "environment",
            "must be \"trial\" (接続検証) or \"production\" (本番), or left out");
        Require(o.Site.TextSize is >= 1 and <= 4, "site.textSize", "must be 1 (small) to 4 (largest)");
        Require(o.Site.Start is "face" or "choice", "site.start", "must be \"face\" or \"choice\"");
        Require(o.Site.Sound is >= 1 and <= 4, "site.sound", "must be 1 (nothing) to 4 (loud voice)");
        Require(o.Site.RenewalPage is not { } page || Core.Consents.SitePolicy.IsPage(page), "site.renewalPage",
            "must be an https address of at most 100 ASCII characters");
        Require((o.Site.Phones ?? []).All(phone => phone is "android" or "iphone"), "site.phones", "knows only \"android\" and \"iphone\"");

        Require(o.Site.InsuranceSeconds is >= 0 and <= Core.Consents.SitePolicy.MostInsuranceSeconds,
            "site.insuranceSeconds", "must be 0 to 10");
        Require(o.Site.Ending is SiteOptions.CheckedIn or SiteOptions.TellDesk or SiteOptions.TakeTicket, "site.ending",
            "must be \"checked-in\", \"tell-desk\" or \"take-ticket\"");
        foreach ((string language, string? words) in o.Site.EndingTexts ?? new Dictionary<string, string>())
        {
            Require(SiteOptions.Languages.Contains(language), $"site.endingTexts.{language}",
                "is no language of the kiosk: " + string.Join(", ", SiteOptions.Languages));
            Require(words?.Trim() is { Length: > 0 } && words.Length <= Core.Consents.SitePolicy.LongestNextText
                && !words.Any(char.IsControl) && !words.Contains('{'), $"site.endingTexts.{language}",
                "must have 1 to 80 characters in one line, without {");
        }

        return o;

        void Require(bool good, string item, string rule)
        {
            if (!good) throw new StartException($"{file}: {item}", $"{rule}; {Help}");
        }
    }

    /// <summary>No part of a path is longer than the file systems take (255), and nothing is empty.</summary>
    private static bool IsPath(string path) => path.Length is > 0 and <= 1000 && path.Split('/', '\\').All(part => part.Length <= 255);

    private static bool IsHook(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static bool IsHost(string name) =>
        Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;

    private static ReceptionOptions From(ReceptionOptions o, string folder) => o with
    {
        Database = o.Database.Length > 0 ? Path.Combine(folder, o.Database) : "",
        CaFile = Path.Combine(folder, o.CaFile),
        CertificateFile = Path.Combine(folder, o.CertificateFile),
        KeyFile = Path.Combine(folder, o.KeyFile),
        Renewal = o.Renewal is { } pki ? Path.Combine(folder, pki) : null,
        JpkiCaFiles = [.. o.JpkiCaFiles.Select(f => Path.Combine(folder, f))],
        CardFaceCaFiles = [.. o.CardFaceCaFiles.Select(f => Path.Combine(folder, f))],
        Oqs = o.Oqs is { } q ? q with
        {
            Face = Path.Combine(folder, q.Face),
            Requests = q.Requests is { } r ? Path.Combine(folder, r) : null,
            Results = q.Results is { } s ? Path.Combine(folder, s) : null,
        } : null,
        Arrivals = o.Arrivals is { } e ? e with
        {
            SecretFile = Path.Combine(folder, e.SecretFile),
            Folder = e.Folder is { } notices ? Path.Combine(folder, notices) : null,
        } : null,
        StaffFile = o.StaffFile is { } accounts ? Path.Combine(folder, accounts) : null,
        StaffCodeFile = o.StaffCodeFile is { } f ? Path.Combine(folder, f) : null,
    };
}
