namespace Kiosk.Simulators.CardReader;

/// <param name="CardCommand">Program and arguments that run <see cref="CardServe"/>, e.g. <c>kiosk card serve</c>.</param>
/// <param name="KeysDirectory">Where the issuers' keys are kept from run to run; null: made anew, 1 to 2 s.</param>
/// <param name="PhotoJpeg2000">JP2 of the person on the cards; null: bytes that only begin like one.</param>
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
    /// <summary>The command line of a kiosk executable, <c>kiosk</c> or <c>kiosk.dll</c>.</summary>
    public static IReadOnlyList<string> CommandOf(string kiosk) =>
        kiosk.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", kiosk, "card", "serve"] : [kiosk, "card", "serve"];
}
