using System.Text.Json.Serialization;

namespace Kiosk.ReceptionTerminal.Configuration;

/// <summary>Everything that can be set. In the configuration file the names begin with a small letter; unknown names are refused.</summary>
public sealed record ReceptionOptions
{
    /// <summary>A value of <see cref="Environment"/>: 接続検証, 本番.</summary>
    public const string Trial = "trial", Production = "production";

    /// <summary>
    /// SQLite file; made when missing. Its folder must be writable (WAL lies beside it). Needed without <see cref="Postgres"/>.
    /// </summary>
    public string Database { get; init; } = "";

    /// <summary>
    /// PostgreSQL instead, where several receptions share one database: Host=…;Database=…;Username=…. A server that is not on this
    /// machine must have a certificate for its name; its CA is named with Root Certificate=FILE.
    /// </summary>
    public string? Postgres { get; init; }

    /// <summary>PEM with the facility's CA.</summary>
    public required string CaFile { get; init; }

    /// <summary>PEM of the server's certificate, with its key in <see cref="KeyFile"/>.</summary>
    public required string CertificateFile { get; init; }

    public required string KeyFile { get; init; }

    /// <summary>
    /// Folder of <c>reception pair</c> with ca.key: kiosks renew their certificates over the link, and hear of the server's next key;
    /// the server's own is replaced by it at two thirds of its life. Null: none of these.
    /// </summary>
    public string? Renewal { get; init; }

    /// <summary>IP address on which kiosks are heard.</summary>
    public string Listen { get; init; } = "0.0.0.0";

    /// <summary>TCP port for kiosks; 0 takes a free one.</summary>
    public int Port { get; init; } = 8601;

    /// <summary>Where these options were read from; not a key of the file. Null: made by a program.</summary>
    [JsonIgnore]
    public string? ConfigFile { get; init; }

    /// <summary>
    /// Kiosk ids, or pins (see LinkTrust.Pin) of kiosk keys, that are refused although their certificate is valid: stolen kiosks. Read
    /// again within seconds when the file changes.
    /// </summary>
    public IReadOnlyList<string> DeniedKeys { get; init; } = [];

    /// <summary>
    /// PEM or DER files of the JPKI CA for user authentication. Empty: the card's chain is not checked, and the page says so.
    /// </summary>
    public IReadOnlyList<string> JpkiCaFiles { get; init; } = [];

    /// <summary>
    /// Public keys of the card-face CA, cv-KEYID.pem as in the kiosk's folder. Empty: card faces are not compared, and face visits without
    /// an institution are shown as "card not proven".
    /// </summary>
    public IReadOnlyList<string> CardFaceCaFiles { get; init; } = [];

    /// <summary>Hashes of the 目視 codes, made by <c>reception staff-code</c>. Missing: no code is accepted.</summary>
    public string? StaffCodeFile { get; init; }

    /// <summary>Accounts of the page, made by <c>reception staff</c>. Missing: the console's address signs in.</summary>
    public string? StaffFile { get; init; }

    /// <summary>A second reading of the same card within this many minutes is the same arrival. 0 to 120.</summary>
    public int JoinMinutes { get; init; } = 10;

    /// <summary>Days after which arrivals are deleted. 1 to 400.</summary>
    public int KeepDays { get; init; } = 7;

    /// <summary>The questions kiosks ask; null leaves each kiosk its built-in ones.</summary>
    public ConsentOptions? Consents { get; init; }

    /// <summary>How kiosks ask.</summary>
    public SiteOptions Site { get; init; } = new();

    /// <summary>
    /// <see cref="Trial"/> or <see cref="Production"/>, shown on every page. Null: what the centre is. A database and folders of one are
    /// refused in
    /// the other.
    /// </summary>
    public string? Environment { get; init; }

    /// <summary>Files for the レセコン; null: none are written or read.</summary>
    public OqsOptions? Oqs { get; init; }

    /// <summary>Notices of arrivals for the site's own systems; null: none.</summary>
    public ArrivalEventOptions? Arrivals { get; init; }

    /// <summary>Prometheus endpoint; null: none.</summary>
    public MetricsOptions? Metrics { get; init; }

    /// <summary>The waiting display; null: none.</summary>
    public WaitingOptions? Waiting { get; init; }

    public DeskOptions Desk { get; init; } = new();
}

/// <summary>For monitoring, plain HTTP: /metrics and /healthz. Holds nothing of a patient.</summary>
/// <param name="Port">0 takes a free one.</param>
/// <param name="Listen">IP address.</param>
public sealed record MetricsOptions(int Port = 8604, string Listen = "127.0.0.1");

/// <summary>The waiting display: numbers only, without sign-in, on a port that serves nothing else.</summary>
/// <param name="Port">0 takes a free one.</param>
/// <param name="Listen">IP address.</param>
/// <param name="Https">Serve with the server's certificate.</param>
public sealed record WaitingOptions(int Port = 8605, string Listen = "127.0.0.1", bool Https = false);

/// <summary>Folders shared with the レセコン (OQS interface).</summary>
/// <param name="Institution">保険医療機関コード, 10 digits.</param>
/// <param name="Face">For face results; made when missing.</param>
/// <param name="Requests">For requests by insurance number; null: none are read.</param>
/// <param name="Results">For their answers.</param>
/// <param name="Encoding">
/// <see cref="ShiftJis"/> or <see cref="Utf8"/>: of face results, and of answers to requests that do not say their own encoding.
/// </param>
public sealed record OqsOptions(string Institution, string Face, string? Requests = null, string? Results = null,
    string Encoding = OqsOptions.ShiftJis)
{
    /// <summary>A value of <see cref="Encoding"/>.</summary>
    public const string ShiftJis = "shift_jis", Utf8 = "utf-8";
}

/// <summary>Signed notices of arrivals.</summary>
/// <param name="SecretFile">The shared key of the signatures: at least 16 bytes, taken as they are.</param>
/// <param name="Folder">For JSON files; made when missing. Null: none are written.</param>
/// <param name="Webhook">http or https address for a POST of each arrival; http only on this machine. Null: nothing is posted.</param>
/// <param name="CentreSeconds">
/// How many seconds a notice waits for the centre's answer, because of the patient number: 0 to 20.
/// With more than 10 the site's answer may come too late for the last screen.
/// </param>
public sealed record ArrivalEventOptions(string SecretFile, string? Folder = null, string? Webhook = null, int CentreSeconds = 5);

/// <summary>The receptionist's page.</summary>
public sealed record DeskOptions
{
    /// <summary>IP address of the page; other than loopback only with <see cref="Https"/>.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes a free one.</summary>
    public int Port { get; init; } = 8602;

    /// <summary>Serve with the server's certificate.</summary>
    public bool Https { get; init; }

    /// <summary>Names under which the page may be called besides 127.0.0.1 and localhost.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Recorded with a 目視確認 granted on the page. 1 to 32 characters.</summary>
    public string StaffId { get; init; } = "desk";

    /// <summary>A session that nobody used for so long ends. 5 to 240.</summary>
    public int IdleMinutes { get; init; } = 30;
}

/// <param name="Version">1 to 32 characters.</param>
/// <param name="Codes">閲覧同意種別 in the order asked, at least one.</param>
/// <param name="ValidHours">1 to 24.</param>
public sealed record ConsentOptions(string Version, IReadOnlyList<string> Codes, int ValidHours = 24);

/// <summary>The site's settings for its kiosks, pushed to each (SitePolicy of reception.proto).</summary>
/// <param name="ItemByItem">False: 包括同意 first.</param>
/// <param name="AsksPmh">The site takes part in 医療費助成 by card (PMH).</param>
/// <param name="AsksPrescriptionForm">電子 or 紙 is asked at check-in.</param>
/// <param name="Start">
/// What follows the card: "face", the face screen, where the kiosk offers the face; "choice", the choice of method.
/// </param>
/// <param name="Phones">Which phones are taken: "android", "iphone".</param>
/// <param name="TextSize">A screen begins with: 1 small to 4 largest.</param>
/// <param name="Sound">Heard at first: 1 nothing, 2 chimes, 3 voice, 4 loud voice.</param>
/// <param name="RenewalPage">https page on renewing a certificate, shown to patients as a QR code; null: the official one.</param>
/// <param name="InsuranceSeconds">
/// So long after it was asked, a centre that has not answered may hold a patient whose check-in is stored. 0 to 10.
/// </param>
/// <param name="Ending">What follows a check-in with valid insurance: "checked-in", "tell-desk" or "take-ticket".</param>
/// <param name="EndingTexts">The site's own words for it, by language of the kiosk; a language left out has the kiosk's words.</param>
public sealed record SiteOptions(
    bool ItemByItem = false, bool AsksPmh = false, bool AsksPrescriptionForm = false, IReadOnlyList<string>? Phones = null,
    int TextSize = 2,
    int Sound = 3, string? RenewalPage = null, int InsuranceSeconds = Core.Consents.SitePolicy.UsualInsuranceSeconds,
    string Ending = SiteOptions.CheckedIn, IReadOnlyDictionary<string, string>? EndingTexts = null,
    string Start = "face")
{
    /// <summary>Letters (診療情報提供書) that wait for this site are asked about.</summary>
    public bool AsksLetters { get; init; }

    /// <summary>A pharmacy: which of the usable electronic prescriptions are dispensed is asked.</summary>
    public bool DispensesPrescriptions { get; init; }

    /// <summary>A value of <see cref="Ending"/>.</summary>
    public const string CheckedIn = "checked-in", TellDesk = "tell-desk", TakeTicket = "take-ticket";

    /// <summary>Languages of the kiosk.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["ja", "ja-easy", "en", "zh", "ko", "pt", "vi"];
}
