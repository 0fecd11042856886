using System.IO.Enumeration;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Which of the readers is ours: a pattern with * and ?, for a reader that is unplugged comes back under another name
/// ("… 00 00" becomes "… 01 00").
/// </summary>
/// <param name="Pattern">Case does not matter; <c>*</c> takes any reader.</param>
public sealed record ReaderPattern(string Pattern)
{
    /// <summary>One device often shows a contact and a contactless slot (pcsc-sharp #100): Type B is the product's way.</summary>
    private static readonly string[] ContactlessWords = ["contactless", "picc", "[CL", "NFC"];

    /// <returns>The reader to use, contactless before contact, then the first; null when none fits.</returns>
    public string? Choose(IReadOnlyList<string> readers) =>
        readers.Where(r => FileSystemName.MatchesSimpleExpression(Pattern, r)).OrderByDescending(IsContactless).FirstOrDefault();

    private static bool IsContactless(string reader) =>
        ContactlessWords.Any(word => reader.Contains(word, StringComparison.OrdinalIgnoreCase));
}
