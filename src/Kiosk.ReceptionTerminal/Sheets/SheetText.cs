using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;

namespace Kiosk.ReceptionTerminal.Sheets;

/// <summary>Words of the sheets: dates with their era, 記載なし for what is not there.</summary>
internal static class SheetText
{
    public const string Nothing = "記載なし";

    private static readonly CultureInfo s_plain = CultureInfo.InvariantCulture;

    /// <returns>2026年9月30日（令和8年9月30日）; empty for null.</returns>
    public static string Day(DateOnly? day)
    {
        if (day is not { } d) return "";
        string era = JapaneseDate.InEra(d);
        return ShortDay(d) + (era.Length > 0 ? $"（{era}）" : "");
    }

    public static string ShortDay(DateOnly day) => day.ToString("yyyy年M月d日", s_plain);

    /// <returns>Whole years, as they are counted in Japan: the day before a birthday still has the old age.</returns>
    public static int Age(DateOnly birthdate, DateOnly on) =>
        on.Year - birthdate.Year - ((on.Month, on.Day).CompareTo((birthdate.Month, birthdate.Day)) < 0 ? 1 : 0);

    /// <param name="copy">Null: the value itself, unless it is empty.</param>
    public static SheetField Field(string name, string value, string? copy = null) => string.IsNullOrWhiteSpace(value)
        ? new(name, Nothing) : new(name, value, copy ?? "");

    /// <summary>From one day to another; both may be absent.</summary>
    public static SheetField Period(string name, DateOnly? from, DateOnly? until) =>
        Field(name, from is null && until is null ? "" : $"{Or(Day(from))} ～ {Or(Day(until))}");

    public static string Or(string value) => string.IsNullOrWhiteSpace(value) ? Nothing : value;

    /// <returns>"010" → 1割; a code of another form is shown as such.</returns>
    public static string Share(string code) => code.Length == 0 ? ""
        : code is ['0', >= '0' and <= '9' and var tenths, '0'] ? $"{tenths}割" : $"不明なコード {code}";

    /// <summary>The result of an inquiry in one line.</summary>
    public static string Status(Eligibility answer) => answer switch
    {
        { Standing: CardStanding.Revoked } => "電子証明書が失効しています",
        { Standing: CardStanding.Unregistered } => "利用登録がありません",
        { Standing: CardStanding.Lapsed } => "利用登録が解除されています",
        { IsRefused: true } => "センターが照会を受け付けませんでした",
        { Validity: "" } => "資格は確認されていません",
        _ => OqsCodes.Word(OqsCodes.Validity, answer.Validity),
    };

    /// <summary>Who it is, for the head of a sheet of medical information.</summary>
    public static SheetBlock Identity(Person p, DateOnly on) => new("", IsCard: false,
    [
        Field("氏名", p.Name), Field("カナ", p.NameKana), Field("性別", OqsCodes.Word(OqsCodes.Sex, p.Sex)),
        Field("生年月日", Day(p.Birthdate)), Field("年齢", Age(p.Birthdate, on).ToString(s_plain) + "歳"),
    ]);

    public static string Made(DateTimeOffset now) => JapanTime.At(now).ToString("yyyy年M月d日 H:mm", s_plain);

    public static string Number(int n) => n.ToString(s_plain);
}
