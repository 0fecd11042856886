using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Kiosk.Devices.TicketPrinter;

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

    /// <summary>The ticket printer. Null = none, the default.</summary>
    public TicketConfig? Ticket { get; init; }

    /// <summary>Metrics for a collector. Nothing is sent unless a collector is named.</summary>
    public TelemetryConfig Telemetry { get; init; } = new();

    private const string Help = "all keys are in src/Kiosk.App/README.md, \"Configuration\"";

    /// <summary>Reads and checks a file. Relative paths in it start from the file's folder.</summary>
    /// <exception cref="FailureException">ConfigBroken; names the file, the key and what is expected.</exception>
    public static Config Load(string path)
    {
        try
        {
            return JsonFile.Read<Config>(path, Help).Check(path).In(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (JsonFileException wrong)
        {
            throw new FailureException(Failure.ConfigBroken, wrong.Message, wrong);
        }
    }

    private Config Check(string path)
    {
        Require(Id.Length is >= 1 and <= 32 && Id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-'),
            "id", "1 to 32 of a-z, 0-9 and '-'");
        Require(Ui.Port is >= 0 and <= 65535, "ui.port", "0 (any free port) to 65535");
        Require(Ui.PanelWidthMm is >= 80 and <= 800, "ui.panelWidthMm", "80 to 800");
        Require(Ui.Display.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
            "ui.display", "a connector's name as in /sys/class/drm, for example HDMI-A-1");
        Require(Journal.Length > 0, "journal", "the name of a file; leave it out for kiosk.journal");
        Require(TamperLatch.Length > 0, "tamperLatch", "the name of a file; leave it out for tamper.latch");
        Require(Outbox is null or { File.Length: > 0 }, "outbox.file", "the name of a file; leave outbox out to keep none");
        Require(Outbox is null or { Key.Length: > 0 }, "outbox.key", "the name of a file; leave outbox out to keep none");
        Require(Ticket is null || PrinterAddress.Parse(Ticket.Printer) is not null, "ticket.printer", PrinterAddress.Rule);
        Require(Ticket is null or { WaitSeconds: >= 0 and <= 5 }, "ticket.waitSeconds", "0 to 5");
        Require(Card.Trust.Length > 0, "card.trust", "missing; the folder of trust anchors, jpki-*.pem and cv-KEYID.pem");
        Require(Face.Camera.Length > 0, "face.camera", "a device path or an index, for example /dev/video0 or 0");
        Require(Face.CohortThreshold is >= 0 and <= 20, "face.cohortThreshold", "more than 0, to 20");
        Require(Face.Cohort.Length == 0 || Face.CohortThreshold > 0, "face.cohortThreshold",
            "more than 0, to 20; needed with face.cohort, `kiosk-lab bench face --cohort` finds it");
        Require(Telemetry.Otlp.Length == 0 || IsAddress(Telemetry.Otlp, Uri.UriSchemeHttp, Uri.UriSchemeHttps), "telemetry.otlp",
            "http://HOST:PORT/v1/metrics of a collector, or leave it out");
        Require(Telemetry.Seconds is >= 1 and <= 3600, "telemetry.seconds", "1 to 3600");
        if (Reception is not { } reception)
            throw Wrong("reception", "missing; it needs address, ca, certificate and key (`kiosk enroll` or `reception pki` writes them)");
        Require(IsAddress(reception.Address, Uri.UriSchemeHttps), "reception.address", "https://HOST:PORT");
        (string, string)[] files = [("ca", reception.Ca), ("certificate", reception.Certificate), ("key", reception.Key)];
        foreach ((string key, string file) in files)
            Require(file.Length > 0, $"reception.{key}", "missing; the file that `reception pki` or the pairing wrote");
        IReadOnlyList<string> pins = reception.Pins ?? [];
        for (int i = 0; i < pins.Count; i++)
            Require(IsPin(pins[i]), $"reception.pins[{i}]", "SHA-256 of the reception's SPKI: 32 bytes, base64; leave pins out for none");
        for (int i = 0; i < Devices.Count; i++)
        {
            if (OwnKey(Devices[i].Class) is string own) throw Wrong($"devices[{i}].class", $"\"{Devices[i].Class}\" belongs into {own}");
            if (DeviceProfile.Refuses(Devices[i]) is (string key, string rule)) throw Wrong($"devices[{i}].{key}", rule);
        }

        return this;

        void Require(bool good, string key, string rule)
        {
            if (!good) throw Wrong(key, rule);
        }

        // In `devices` they would be read and never opened.
        static string? OwnKey(string deviceClass) => deviceClass switch
        {
            DeviceClass.ContactlessReader or DeviceClass.ContactReader => "card.reader",
            DeviceClass.CardCamera => "card.camera",
            DeviceClass.FaceCamera => "face.camera",
            DeviceClass.NirCamera => "face.nirCamera",
            DeviceClass.Keypad => "ui.keypad",
            DeviceClass.TicketPrinter => "ticket.printer",
            _ => null,
        };

        FailureException Wrong(string key, string rule) => new(Failure.ConfigBroken, $"{path}: {key}: {rule}; {Help}");
    }

    private static bool IsAddress(string text, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && schemes.Contains(address.Scheme) && address.Host.Length > 0;

    private static bool IsPin(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out int bytes) && bytes == 32;

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
            Light = Face.Light.Length == 0 ? "" : Path.Combine(folder, Face.Light),
        },
        Reception = Reception! with
        {
            Ca = Path.Combine(folder, Reception!.Ca),
            Certificate = Path.Combine(folder, Reception.Certificate),
            Key = Path.Combine(folder, Reception.Key),
        },
    };
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
/// <param name="Light">Light as a witness: file with the limits of this camera and panel, as `kiosk-lab bench pad-light --limits` writes
/// it; empty = off.</param>
public sealed record FaceConfig(
    FaceUse Use = FaceUse.Staffed, string Engine = "", string Camera = "0", string Models = "", bool HeadTurn = true, string NirCamera = "",
    string Cohort = "", double CohortThreshold = 0, string Light = "");

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

/// <param name="Printer">Required. HOST:PORT, or a device file of Linux.</param>
/// <param name="WaitSeconds">
/// How many seconds a ticket waits for the answer of the site's own system, 0 to 5; less when the patient goes.
/// </param>
public sealed record TicketConfig(string Printer = "", double WaitSeconds = 2);
