using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Configuration;

/// <summary>The kiosk's configuration file, JSON. Every key is optional unless noted; an unknown key is an error. Described in
/// <c>src/Kiosk.App/README.md</c>, "Configuration".</summary>
public sealed record Config
{
    /// <summary>This kiosk's name as in its certificate: 1 to 32 of a-z, 0-9 and '-'.</summary>
    public string Id { get; init; } = "kiosk-1";

    public UiConfig Ui { get; init; } = new();

    public CardConfig Card { get; init; } = new();

    public FaceConfig Face { get; init; } = new();

    /// <summary>Required.</summary>
    public ReceptionConfig? Reception { get; init; }

    /// <summary>The kiosk's journal. Empty when no check-in is being handed over; never contains anything of a patient.</summary>
    public string Journal { get; init; } = "kiosk.journal";

    /// <summary>Degraded mode: check-ins without an answer are kept sealed for minutes. Null = off, the default.</summary>
    public OutboxConfig? Outbox { get; init; }

    /// <summary>Light, sound and sensors of the board, each with its class (a folder of <c>hardware/</c>).</summary>
    public IReadOnlyList<DeviceEntry> Devices { get; init; } = [];

    /// <summary>File that remembers over power cuts that the case was opened.</summary>
    public string TamperLatch { get; init; } = "tamper.latch";

    /// <summary>Metrics for a collector. Nothing is sent unless a collector is named.</summary>
    public TelemetryConfig Telemetry { get; init; } = new();

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads and checks a file. Relative paths in it start from the file's folder.</summary>
    /// <exception cref="FailureException">ConfigBroken; names the file, the key and what is expected.</exception>
    public static Config Load(string path)
    {
        Config config;
        try
        {
            config = JsonSerializer.Deserialize<Config>(File.ReadAllText(path), _json) ?? throw Broken(path, "the file is empty");
        }
        catch (JsonException wrong)
        {
            throw Broken(
                path,
                $"{wrong.Path ?? "$"} (line {(wrong.LineNumber ?? 0) + 1}): not understood or not a known key; "
                + "the keys are in README, \"Configuration\"",
                wrong);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, "cannot be read; give an existing file with --config", wrong);
        }
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return config.Check(path).In(folder);
    }

    private Config Check(string path)
    {
        if (Id.Length is 0 or > 32 || Id.Any(c => c is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '-')))
            throw Broken(path, "id: 1 to 32 of a-z, 0-9 and '-'");
        if (Ui.Port is < 0 or > 65535) throw Broken(path, "ui.port: 0 (any free port) to 65535");
        if (Ui.PanelWidthMm is < 80 or > 800) throw Broken(path, "ui.panelWidthMm: 80 to 800");
        if (!Ui.Display.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw Broken(path, "ui.display: a connector's name as in /sys/class/drm, for example HDMI-A-1");
        if (Outbox is { } box && (box.File.Length == 0 || box.Key.Length == 0))
            throw Broken(path, "outbox: file and key must name files; leave outbox out to keep none");
        if (Card.Trust.Length == 0) throw Broken(path, "card.trust: missing; the folder of trust anchors, jpki-*.pem and cv-KEYID.pem");
        if (Reception is null)
            throw Broken(path, "reception: missing; it needs address, ca, certificate and key (`reception pki` writes them)");
        if (!Uri.TryCreate(Reception.Address, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttps)
            throw Broken(path, "reception.address: https://HOST:PORT");
        (string, string)[] files = [("ca", Reception.Ca), ("certificate", Reception.Certificate), ("key", Reception.Key)];
        foreach ((string key, string file) in files)
            if (file.Length == 0) throw Broken(path, $"reception.{key}: missing; the file that `reception pki` or the pairing wrote");
        if (Face.Cohort.Length > 0 && Face.CohortThreshold is <= 0 or > 20)
            throw Broken(
                path, "face.cohortThreshold: more than 0, to 20; needed with face.cohort, `kiosk-lab bench face --cohort` finds it");
        if (Telemetry.Otlp.Length > 0
            && !(Uri.TryCreate(Telemetry.Otlp, UriKind.Absolute, out Uri? collector) && collector.Scheme is ("http" or "https")))
            throw Broken(path, "telemetry.otlp: http://HOST:PORT/v1/metrics of a collector, or leave it out");
        if (Telemetry.Seconds is < 1 or > 3600) throw Broken(path, "telemetry.seconds: 1 to 3600");
        foreach (DeviceEntry device in Devices)
            if (DeviceProfile.Refuses(device) is string wrong) throw Broken(path, $"devices: {wrong}");
        return this;
    }

    private Config In(string folder) => this with
    {
        Journal = Path.Combine(folder, Journal),
        Outbox = Outbox is { } box ? box with { File = Path.Combine(folder, box.File), Key = Path.Combine(folder, box.Key) } : null,
        TamperLatch = Path.Combine(folder, TamperLatch),
        Ui = Ui with { Voices = Ui.Voices.Length == 0 ? "" : Path.Combine(folder, Ui.Voices) },
        Card = Card with { Trust = Path.Combine(folder, Card.Trust) },
        Face = Face with
        {
            Cohort = Face.Cohort.Length == 0 ? "" : Path.Combine(folder, Face.Cohort),
            Models = Face.Models.Length == 0 ? "" : Path.Combine(folder, Face.Models),
        },
        Reception = Reception! with
        {
            Ca = Path.Combine(folder, Reception!.Ca),
            Certificate = Path.Combine(folder, Reception.Certificate),
            Key = Path.Combine(folder, Reception.Key),
        },
    };

    private static FailureException Broken(string path, string what, Exception? inner = null) =>
        new(Failure.ConfigBroken, $"{path}: {what}", inner);
}

/// <param name="Port">Loopback port of the screen; 0 = any free one.</param>
/// <param name="PanelWidthMm">Width of the panel's picture in mm; sizes on the screen are real millimetres.</param>
/// <param name="ShufflePad">Shuffle the digits of the PIN pad each time.</param>
/// <param name="Voices">Folder of the spoken texts (`./dev voices`); empty = tones only.</param>
/// <param name="Keypad">Event device of a tactile keypad; empty = none.</param>
/// <param name="Display">Connector of the patient's display as in /sys/class/drm, for example HDMI-A-1. Empty: the built-in display, else
/// the first.</param>
/// <param name="Touch">Part of the touch panel's name as in /sys/class/input/*/name. Empty: any.</param>
public sealed record UiConfig(
    int Port = 8600, double PanelWidthMm = 217, bool ShufflePad = false, string Voices = "", string Keypad = "", string Display = "",
    string Touch = "");

/// <param name="Reader">Which reader: a part of its PC/SC name, or a pattern with *; empty = any, contactless first.</param>
/// <param name="Trust">Required folder of trust anchors (deployment data): <c>jpki-*.pem</c> JPKI CA certificates, <c>cv-KEYID.pem</c>
/// card-face CA keys. Without them no card can be proven genuine.</param>
/// <param name="Camera">The camera above the tray that reads 照合番号B off the card, by index or device path. Empty = none: staff type the
/// number when the face is to be checked.</param>
public sealed record CardConfig(string Reader = "", string Trust = "", string Camera = "");

/// <summary>How the site uses the face check.</summary>
public enum FaceUse
{
    Off,

    /// <summary>Staff can see the kiosk. This is the default, because no sensor proves a live person yet.</summary>
    Staffed,

    /// <summary>Refused unless the model is approved for it in the manifest, and a near-infrared camera or an approved passive network is
    /// present.</summary>
    Unattended,
}

/// <param name="Engine">Model id from the manifest; empty = the best one present.</param>
/// <param name="Camera">Device path or index, e.g. /dev/video0 or 0; file:PATH uses a recording instead.</param>
/// <param name="Models">Folder of built models; empty = where `./dev models build` puts them.</param>
/// <param name="HeadTurn">Ask for a head turn in a random direction before a match counts (planarity test against prints and
/// screens).</param>
/// <param name="NirCamera">Near-infrared camera beside the colour camera, by index or device path: a second proof of a live person;
/// empty = none.</param>
/// <param name="Cohort">File made by `kiosk-lab models cohort`, to normalise scores; empty = none. The people in it must have agreed to
/// this use.</param>
/// <param name="CohortThreshold">Threshold for use with the cohort, found by `kiosk-lab bench face --cohort`: more than 0, to 20.</param>
public sealed record FaceConfig(
    FaceUse Use = FaceUse.Staffed, string Engine = "", string Camera = "0", string Models = "", bool HeadTurn = true, string NirCamera = "",
    string Cohort = "", double CohortThreshold = 0);

/// <param name="Otlp">Address of an OpenTelemetry collector that takes OTLP over HTTP (protobuf); empty = nothing is sent.</param>
/// <param name="Seconds">Interval between two transmissions.</param>
public sealed record TelemetryConfig(string Otlp = "", int Seconds = 60);

/// <param name="Address">https://HOST:PORT of the reception terminal.</param>
/// <param name="Ca">PEM file of the private CA.</param>
/// <param name="Certificate">PEM file of this kiosk's certificate.</param>
/// <param name="Key">PEM file of its private key, mode 0600.</param>
/// <param name="Pins">SHA-256 of the reception's SPKI, base64, present and next key; empty = only the private CA decides.</param>
public sealed record ReceptionConfig(string Address, string Ca, string Certificate, string Key, IReadOnlyList<string>? Pins = null);

/// <param name="File">The sealed records; an empty file when none wait.</param>
/// <param name="Key">The key, made anew at each boot; must be on a tmpfs.</param>
public sealed record OutboxConfig(string File = "kiosk.outbox", string Key = "/run/kiosk-app/outbox.key");
