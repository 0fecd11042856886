using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>By which a request for medical records names a person. It has no birth date.</summary>
/// <param name="Symbol">May be empty, as <paramref name="Branch"/>.</param>
internal sealed record NumbersAsked(string Insurer, string Symbol, string Number, string Branch)
{
    /// <summary>Full-width and half-width forms, and spaces, make no difference.</summary>
    public bool AreOf(Insurance i) => Plain(i.Insurer).TrimStart('0') == Plain(Insurer).TrimStart('0') && Plain(i.Number) == Plain(Number)
        && (Symbol.Trim().Length == 0 || Plain(i.Symbol) == Plain(Symbol))
        && (Branch.Trim().Length == 0 || i.Branch == Plain(Branch).PadLeft(2, '0'));

    private static string Plain(string text) => string.Concat(FullWidth.ToAsciiForms(text).Where(c => !char.IsWhiteSpace(c)));
}

/// <summary>Gives the medical records of patients who agreed; a seam, because only arrivals know who did.</summary>
internal interface IConsentedRecords
{
    /// <param name="kind">YZK or TKK.</param>
    /// <returns>The records, or null and why not, in Japanese.</returns>
    /// <exception cref="CentreException">No answer.</exception>
    Task<(MedicalRecords? Records, string Why)> FindAsync(NumbersAsked asked, string kind, CancellationToken stop);
}
