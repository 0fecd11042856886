using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;

namespace Kiosk.App.Commissioning;

/// <summary>What the self test looks at; the same for a kiosk with a configuration and for the simulated desk.</summary>
/// <param name="KioskId">As in its certificate.</param>
/// <param name="Reception">Host and port of the reception terminal.</param>
/// <param name="Certificate">PEM file of the kiosk's certificate; <paramref name="Key"/> its private key.</param>
/// <param name="TrustAnchors">Tells the card trust, throws its failure.</param>
/// <param name="Models">Tells the engine in use, throws its failure.</param>
/// <param name="Reader">Tells the card reader's name, throws its failure.</param>
/// <param name="Link">Whether the reception answers as it should; throws its failure.</param>
/// <param name="Folder">Where the journal lies.</param>
internal sealed record SelfTestParts(
    string KioskId, Uri Reception, string Certificate, string Key, Func<string> TrustAnchors, Func<string> Models,
    Func<string> Reader, ICamera Camera, Func<CancellationToken, Task<string>> Link, string Folder, IReadOnlyList<DeviceEntry> Devices, IBoard Board)
{
    /// <summary>No kiosk stands here: the report says so.</summary>
    public bool Simulated { get; init; }
}
