namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>How a record is named between kiosk and reception: by its place in the centre's answer.</summary>
internal static class RecordIds
{
    /// <summary>医療費助成.</summary>
    public static string OfAid(int index) => $"aid-{index + 1}";

    /// <summary>診療情報提供書.</summary>
    public static string OfLetter(int index) => $"letter-{index + 1}";

    /// <summary>電子処方箋, by its place among all, usable or not.</summary>
    public static string OfPrescription(int index) => $"prescription-{index + 1}";
}
