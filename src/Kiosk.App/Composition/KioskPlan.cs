using Kiosk.App.Configuration;
using Kiosk.App.Health;
using Kiosk.App.PageServer;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.Reception;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Composition;

/// <summary>
/// What each part gets from the configuration. A pure function makes it and the kiosk is built from it alone, so that a test can prove
/// for each key that it reaches its part.
/// </summary>
/// <param name="Id">The kiosk's name, with its metrics.</param>
/// <param name="Journal">The journal's file.</param>
/// <param name="Outbox">Files of the sealed outbox; null: no degraded mode.</param>
/// <param name="Trust">Folder of the trust anchors for cards.</param>
/// <param name="TrayCamera">The camera that reads 照合番号B; null: none.</param>
/// <param name="Display">Connector of the patient's display; empty: any.</param>
/// <param name="Touch">Part of the touch panel's name; empty: any.</param>
/// <param name="Devices">Light, sound and sensors of the board.</param>
/// <param name="TamperLatch">The file that remembers that the case was opened.</param>
/// <param name="Keypad">Event device of the keypad; null: none.</param>
/// <param name="Ticket">The ticket printer; null: none.</param>
internal sealed record KioskPlan(
    string Id, string Journal, OutboxConfig? Outbox, ReceptionLinkOptions Link, ReaderPattern Reader, string Trust, string? TrayCamera,
    FacePlan Face, UiOptions Ui, string? Keypad, string Display, string Touch,
    IReadOnlyList<DeviceEntry> Devices, string TamperLatch, TicketPlan? Ticket, TelemetryConfig Telemetry)
{
    /// <param name="config">Checked, with absolute paths.</param>
    /// <param name="session">The file that keeps the browser's session; null: none.</param>
    public static KioskPlan For(Config config, string? session) => new(
        config.Id,
        config.Journal,
        config.Outbox,
        LinkFor(config.Reception!),
        ReaderPattern.ForName(config.Card.Reader),
        config.Card.Trust,
        NullIfEmpty(config.Card.Camera),
        FacePlan.For(config.Face),
        new UiOptions(
            config.Ui.Port, config.Ui.PanelWidthMm, ShufflePad: config.Ui.ShufflePad, SessionFile: session, Voices: config.Ui.Voices),
        NullIfEmpty(config.Ui.Keypad),
        config.Ui.Display,
        config.Ui.Touch,
        config.Devices,
        config.TamperLatch,
        config.Ticket is { } ticket ? TicketPlan.For(ticket) : null,
        config.Telemetry);

    /// <summary>Finds the camera that looks at the patient. "0" never means one of the other two.</summary>
    public CameraFinder CameraFinder() => CameraFinderFor(Face.Camera, TrayCamera, Face.NirCamera);

    /// <param name="camera">The address of the camera that is looked for.</param>
    /// <param name="others">Addresses of the kiosk's other cameras; null or empty: there is none.</param>
    public static CameraFinder CameraFinderFor(string camera, params string?[] others) =>
        new(camera, [.. others.Where(o => !string.IsNullOrEmpty(o)).Select(o => o!)]);

    public static ReceptionLinkOptions LinkFor(ReceptionConfig config) =>
        new(new Uri(config.Address), config.Ca, config.Certificate, config.Key, config.Pins, HealthBoard.ProductVersion);

    internal static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>What the face check gets.</summary>
/// <param name="IsOffered">Patients may choose it.</param>
/// <param name="HeadTurn">It asks for a head turn.</param>
/// <param name="NirCamera">The near-infrared camera; null: none.</param>
/// <param name="Models">A folder of models before the usual ones; null: none.</param>
/// <param name="Light">File with the limits of the light's steps; null: they are off.</param>
internal sealed record FacePlan(
    bool IsOffered, bool HeadTurn, FaceCheckOptions Check, string Camera, string? NirCamera, string? Models, string? Light)
{
    public static FacePlan For(FaceConfig config) => new(
        config.Use is not FaceUse.Off,
        config.HeadTurn,
        new FaceCheckOptions(
            KioskPlan.NullIfEmpty(config.Engine),
            config.Use is FaceUse.Unattended ? "unattended" : "staffed",
            Challenge: config.HeadTurn ? Challenge.Turn : Challenge.None,
            Cohort: KioskPlan.NullIfEmpty(config.Cohort),
            CohortThreshold: config.CohortThreshold),
        config.Camera,
        KioskPlan.NullIfEmpty(config.NirCamera),
        KioskPlan.NullIfEmpty(config.Models),
        KioskPlan.NullIfEmpty(config.Light));
}

/// <summary>What the ticket printer gets.</summary>
/// <param name="Wait">How long a ticket waits for the answer of the site's own system.</param>
internal sealed record TicketPlan(PrinterAddress Printer, TimeSpan Wait)
{
    /// <param name="config">Checked.</param>
    public static TicketPlan For(TicketConfig config) =>
        new(PrinterAddress.Parse(config.Printer)!, TimeSpan.FromSeconds(config.WaitSeconds));
}
