namespace Kiosk.Simulators.CardReader;

/// <summary>Options of <c>kiosk card serve</c>.</summary>
/// <param name="Today">What the cards' dates are relative to.</param>
/// <param name="Rate">Link model of the cards inserted.</param>
/// <param name="Hierarchy">Folder of the issuers' keys; null: new ones.</param>
/// <param name="Photo">JP2 file for DF27; null: bytes that only begin like one.</param>
/// <param name="Vsc">The card lies on the USB reader of the QEMU that serves this Unix socket, not on vpcd's.</param>
/// <param name="Trust">Folder where the trust anchors of these cards are written, for the kiosk's <c>card.trust</c>.</param>
/// <param name="Pcscd">Also start this pcscd; only in a private namespace. Null: vpcd is there already.</param>
/// <param name="Driver">Path of libifdvpcd.so.</param>
public sealed record CardServeOptions(
    DateOnly Today,
    LinkModel Rate,
    string? Hierarchy = null,
    string? Photo = null,
    string? Vsc = null,
    string? Trust = null,
    string? Pcscd = null,
    string Driver = CardServeOptions.DebianDriver)
{
    public const string DebianDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
}
