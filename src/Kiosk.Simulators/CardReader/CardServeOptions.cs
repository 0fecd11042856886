namespace Kiosk.Simulators.CardReader;

/// <summary>Options of <c>kiosk-lab card serve</c>.</summary>
/// <param name="Today">The day that the dates of the cards are relative to.</param>
/// <param name="Rate">Link model of the inserted cards.</param>
/// <param name="Hierarchy">Folder of the issuers' keys; null: new keys.</param>
/// <param name="Photo">JP2 file for DF27; null: bytes that have only the header of a JP2 file.</param>
/// <param name="Vsc">Unix socket served by QEMU: the card is on the USB reader of that QEMU, not on vpcd's reader.</param>
/// <param name="Trust">Folder to write the trust anchors of these cards to, for the kiosk's <c>card.trust</c>.</param>
/// <param name="Pcscd">Also start this pcscd; only in a private namespace. Null: vpcd is already running.</param>
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
