using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;

namespace Kiosk.ReceptionTerminal.Arrivals;

/// <summary>What is known about the eligibility of one arrival.</summary>
/// <param name="Answer">Null while the centre has not answered.</param>
/// <param name="Missing">Fields with characters that レセコン cannot show, and how many.</param>
/// <param name="Trouble">Why there is no answer, or no file; empty when all is well. Japanese, for the page.</param>
internal sealed record EligibilityResult(Eligibility? Answer, IReadOnlyDictionary<string, int> Missing, string Trouble)
{
    /// <summary>レセコン cannot show every character of the name, or the centre itself could not.</summary>
    public bool NameNeedsImage =>
        Missing.ContainsKey("Name") || Answer?.Insurances.Any(i => i.Person.Name.Contains(ShiftJisText.Unknown)) == true;
}
