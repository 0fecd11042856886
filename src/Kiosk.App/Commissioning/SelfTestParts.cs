using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Commissioning;

/// <summary>The parts that the self-test checks, of a configured kiosk or of the simulated desk.</summary>
/// <param name="KioskId">As in its certificate.</param>
/// <param name="Reception">Host and port of the reception terminal.</param>
/// <param name="Certificate">PEM file of the kiosk's certificate; <paramref name="Key"/> its private key.</param>
/// <param name="TrustAnchors">Describes the trust anchors for cards, or throws their failure.</param>
/// <param name="Models">Names the face engine in use, or throws its failure.</param>
/// <param name="Reader">Names the card reader, or throws its failure.</param>
/// <param name="Link">Describes the answer of the reception terminal, or throws the link's failure.</param>
/// <param name="Folder">Folder of the journal.</param>
internal sealed record SelfTestParts(
    string KioskId, Uri Reception, string Certificate, string Key, Func<string> TrustAnchors, Func<string> Models,
    Func<string> Reader, ICamera Camera, Func<CancellationToken, Task<string>> Link, string Folder, IReadOnlyList<DeviceEntry> Devices,
    IBoard Board)
{
    /// <summary>Null: the kiosk has none.</summary>
    public ITicketPrinter? TicketPrinter { get; init; }

    /// <summary>A simulated desk and not a kiosk; the report says so.</summary>
    public bool Simulated { get; init; }
}
