using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Which of the readers to use: a pattern with * and ?, because a reader that is unplugged and plugged in again has another name ("… 00 00"
/// becomes "… 01 00").
/// </summary>
/// <param name="Pattern">Not case-sensitive; <c>*</c> matches any reader.</param>
public sealed partial record ReaderPattern(string Pattern)
{
    /// <summary>The pattern for setting <c>card.reader</c>: a text with <c>*</c> is used as it is; any other text matches a part of the
    /// name.</summary>
    public static ReaderPattern ForName(string setting) => new(setting.Contains('*', StringComparison.Ordinal) ? setting : $"*{setting}*");

    /// <returns>The preferred slot; null if none matches.</returns>
    public string? Choose(IReadOnlyList<string> readers) => Slots(readers) is [string first, ..] ? first : null;

    /// <summary>
    /// The slots of the one device to use: all slots of the preferred slot's device, the contactless one first. Slots for a security module
    /// (SAM) are left out. If there are two devices of one model, both are watched.
    /// </summary>
    /// <param name="readers">As listed by the service.</param>
    /// <returns>Empty if none matches.</returns>
    public IReadOnlyList<string> Slots(IReadOnlyList<string> readers)
    {
        string[] fitting =
        [
            .. readers.Where(r => FileSystemName.MatchesSimpleExpression(Pattern, r) && !SecurityModule().IsMatch(r))
                .OrderByDescending(r => Contactless().IsMatch(r)),
        ];
        return fitting.Length == 0 ? [] : [.. fitting.Where(r => Device(r) == Device(fitting[0]))];
    }

    /// <summary>
    /// The part that all slots of a device have in common. Linux writes "model [interface] (serial) 00 01", Windows "model interface 0".
    /// </summary>
    private static string Device(string reader)
    {
        int bracket = reader.IndexOf('[', StringComparison.Ordinal);
        return SlotWords().Replace(bracket > 0 ? reader[..bracket] : reader, "").Trim();
    }

    /// <summary>One device often has a contact and a contactless slot (pcsc-sharp issue 100). The contactless slot (Type B) is
    /// preferred.</summary>
    [GeneratedRegex(@"contactless|PICC|NFC|(\b|\d)CL\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contactless();

    [GeneratedRegex(@"\bSAM\b", RegexOptions.IgnoreCase)]
    private static partial Regex SecurityModule();

    [GeneratedRegex(@"\b(contactless|contact|PICC|ICC|CL|NFC|slot)\b|\s\d+(\s\d+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex SlotWords();
}
