namespace Kiosk.Simulators.CardReader;

/// <param name="CardCommand">Program and arguments that run <see cref="CardServe"/>, e.g. <c>kiosk-lab card serve</c>.</param>
/// <param name="KeysDirectory">Folder where the issuers' keys are kept between runs; null: new keys are made, which takes 1 to 2 s.</param>
/// <param name="PhotoJpeg2000">JP2 of the person on the cards; null: bytes that have only the header of a JP2 file.</param>
/// <param name="Rate"><c>none</c>, <c>106</c>, <c>212</c>, <c>424</c>, <c>contact</c>.</param>
public sealed record PrivatePcscdOptions(
    IReadOnlyList<string> CardCommand,
    DateOnly Today,
    string Rate = "none",
    ReadOnlyMemory<byte>? PhotoJpeg2000 = null,
    string? KeysDirectory = null,
    string Pcscd = "/usr/sbin/pcscd",
    string Driver = CardServeOptions.DebianDriver)
{
    /// <summary>The command line that runs the lab program.</summary>
    public static IReadOnlyList<string> CommandOf(string kiosk) =>
        kiosk.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", kiosk, "card", "serve"] : [kiosk, "card", "serve"];
}
