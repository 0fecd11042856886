using System.Globalization;
using System.Text;

namespace Kiosk.Core.Reception;

/// <summary>
/// What the site's own system answers to the notice of an arrival: where the patient goes next. Shown on the last screen if it comes in
/// time, and kept nowhere on the kiosk. Made by <see cref="From"/>, so its texts are always short and plain.
/// </summary>
/// <param name="Department">Where to go, in the site's own words: at most 40 characters; empty: not told.</param>
/// <param name="QueueNumber">By which the patient is called: at most 12 characters; empty: the number of the arrival.</param>
/// <param name="SeeStaff">The patient is to come to the desk.</param>
public sealed record SiteAnswer(string Department, string QueueNumber, bool SeeStaff)
{
    public const int LongestDepartment = 40, LongestQueueNumber = 12;

    /// <summary>Checks and trims the texts.</summary>
    /// <returns>Null: a text is too long or holds a character that a screen does not show as it is, or nothing is said at all.</returns>
    public static SiteAnswer? From(string? department, string? queueNumber, bool seeStaff)
    {
        string place = (department ?? "").Trim(), number = (queueNumber ?? "").Trim();
        if (place.Length > LongestDepartment || number.Length > LongestQueueNumber || !IsPlain(place) || !IsPlain(number)) return null;
        return place.Length + number.Length > 0 || seeStaff ? new(place, number, seeStaff) : null;
    }

    /// <summary>No control, no invisible or direction-changing character, no half of a pair.</summary>
    private static bool IsPlain(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.Surrogate));
}
