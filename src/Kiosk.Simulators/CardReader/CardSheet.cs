using System.Globalization;

namespace Kiosk.Simulators.CardReader;

/// <summary>Describes a virtual card for a tester: printed data, contents of the chip, PINs.</summary>
public static class CardSheet
{
    /// <param name="name">A compiled-in card, or the path of a JSON file.</param>
    /// <returns>Lines of text for the console.</returns>
    /// <exception cref="InvalidDataException">No such card, or a file that breaks the schema.</exception>
    public static IEnumerable<string> LinesFor(string name, DateOnly today)
    {
        CardDescription card = VirtualCards.Describe(name);
        yield return $"{name}: {card.What}";
        yield return Line("ATR", card.Atr);
        if (card.Printed is { } printed)
        {
            yield return Line("照合番号B", printed.NumberB(today));
            yield return Line("生年月日 / 有効期限", $"{printed.Birth} / {printed.ExpiresOn(today)}");
            yield return Line("photo", printed.Photo is { } own ? $"own photo, {Convert.FromBase64String(own).Length} bytes"
                : "photo of the simulated holder");
        }

        if (card.Applications.Values.Any(a => a.Files?.Values.Any(f => f.Make == FileMaker.Certificate) == true))
            yield return Line("電子証明書 until", today.AddDays(card.CertificateEndsInDays)
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (card.Issuer is { } issuer) yield return Line("issuer", $"a stranger ({issuer})");
        if (card.Copied) yield return Line("forgery", "copied file: the signing key is not the one in DF24");
        if (card.PhotoSwapped) yield return Line("forgery", "the photo was changed after signing");
        if (card.FailsFirst) yield return Line("fault", "the first command after power-on is answered with 6F00");
        if (card.Fault is { } fault) yield return Line("fault", fault);
        foreach ((string aid, ApplicationDescription application) in card.Applications)
        {
            yield return $"  {aid}";
            foreach ((string id, FileDescription file) in application.Files ?? new Dictionary<string, FileDescription>())
            {
                string content = file.Make?.ToString() ?? (file.Hex is null ? $"\"{file.Text}\"" : file.Hex);
                yield return $"    {id} file  {content}{Needs(file.Needs)}";
            }
            foreach ((string id, PinDescription pin) in application.Pins ?? new Dictionary<string, PinDescription>())
                yield return $"    {id} PIN   {pin.Value ?? "照合番号B"}, {pin.Left ?? pin.Tries} of {pin.Tries} tries left";
            foreach ((string id, KeyDescription key) in application.Keys ?? new Dictionary<string, KeyDescription>())
            {
                string signs = id == application.DefaultKey ? ", signs with P2 = 00" : "";
                yield return $"    {id} key   {card.Algorithm}{signs}{Needs(key.Needs)}";
            }
        }
    }

    private static string Line(string what, string value) => $"  {what,-20} {value}";

    private static string Needs(IReadOnlyList<string>? pins) => pins is { Count: > 0 } ? $", needs {string.Join(" or ", pins)}" : "";
}
