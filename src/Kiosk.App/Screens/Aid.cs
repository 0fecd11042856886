using Kiosk.Core.Consents;

namespace Kiosk.App.Screens;

/// <summary>How a record of 医療費助成 is named on the screen: as the centre names it, in Japanese in every language.</summary>
public static class Aid
{
    public static string Of(MedicalAid record) => record.Municipality.Length > 0 ? $"{record.Name}（{record.Municipality}）" : record.Name;
}
