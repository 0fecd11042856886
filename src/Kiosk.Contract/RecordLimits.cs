namespace Kiosk.Contract;

/// <summary>
/// Limits of the records that a kiosk is told before the check-in (reception.proto, InsuranceReply). The reception cuts to them, and the
/// kiosk leaves out what is beyond them.
/// </summary>
public static class RecordLimits
{
    /// <summary>Records of 医療費助成 that a kiosk asks about: more would be more screens than a patient takes.</summary>
    public const int Aids = 4;

    /// <summary>Letters, and the same number of prescriptions.</summary>
    public const int DocumentsOfAKind = 3;

    /// <summary>Characters of a record's name or issuer.</summary>
    public const int Name = 40;

    /// <summary>Characters of a municipality's name (自治体).</summary>
    public const int Municipality = 20;

    /// <summary>Cuts a text that is longer than allowed.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
