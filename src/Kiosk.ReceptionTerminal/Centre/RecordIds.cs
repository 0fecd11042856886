namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>How a record is named between kiosk and reception: by its place in the centre's answer.</summary>
internal static class RecordIds
{
    /// <summary>How the ids of 診療情報提供書 begin.</summary>
    public const string Letter = "letter-";

    /// <summary>How the ids of 電子処方箋 begin.</summary>
    public const string Prescription = "prescription-";

    /// <summary>医療費助成.</summary>
    public static string OfAid(int index) => $"aid-{index + 1}";

    /// <summary>診療情報提供書.</summary>
    public static string OfLetter(int index) => $"{Letter}{index + 1}";

    /// <summary>電子処方箋, by its place among all, usable or not.</summary>
    public static string OfPrescription(int index) => $"{Prescription}{index + 1}";
}
