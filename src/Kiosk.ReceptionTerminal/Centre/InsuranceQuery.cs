using Kiosk.Core.Values;

namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>What stands on 資格確認書 or 資格情報のお知らせ.</summary>
/// <param name="Insurer">保険者番号 or 公費負担者番号, 6 to 8 digits.</param>
/// <param name="Symbol">記号; may be empty.</param>
/// <param name="Number">番号 or 受給者番号, 1 to 20 characters.</param>
/// <param name="Branch">枝番, 2 digits; empty: not known, then twins cannot be told apart.</param>
/// <param name="WithLimit">The patient lets 限度額 be given.</param>
internal sealed record InsuranceQuery(string Insurer, string Symbol, string Number, string Branch, DateOnly Birthdate, bool WithLimit)
{
    private const int MaxText = 20;

    /// <summary>As it was typed or written by another program: with spaces around it, in full-width digits.</summary>
    /// <param name="birthdate">Null: none, or not legible.</param>
    /// <returns>The query, or null and the fields that are wrong, in Japanese for staff.</returns>
    public static (InsuranceQuery? Query, string Wrong) Of(
        string insurer, string symbol, string number, string branch, DateOnly? birthdate, bool withLimit)
    {
        (insurer, branch) = (Digits(insurer), Digits(branch));
        (symbol, number) = (symbol.Trim(), number.Trim());
        List<string> wrong = [];
        if (insurer.Length is < 6 or > 8 || !insurer.All(char.IsAsciiDigit)) wrong.Add("保険者番号（6～8桁）");
        if (symbol.Length > MaxText) wrong.Add("記号（20字以内）");
        if (number.Length is 0 or > MaxText) wrong.Add("番号（1～20字）");
        if (branch.Length > 2 || !branch.All(char.IsAsciiDigit)) wrong.Add("枝番（2桁）");
        if (birthdate is null) wrong.Add("生年月日");
        return wrong.Count > 0 ? (null, string.Join("、", wrong) + "を確かめてください")
            : (new(insurer, symbol, number, branch.Length == 1 ? "0" + branch : branch, birthdate!.Value, withLimit), "");
    }

    private static string Digits(string text) => FullWidth.ToAsciiForms(text).Trim();
}
