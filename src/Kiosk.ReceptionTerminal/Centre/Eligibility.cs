namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>The national centre's answer about one person. Kept in memory only, for the day.</summary>
/// <param name="Validity">OQSCD006.</param>
/// <param name="NoticeCode">Message code, also with a normal end; empty = none.</param>
/// <param name="Notice">Its words for staff.</param>
/// <param name="Insurances">None when no entitlement was found, several when more than one was.</param>
internal sealed record Eligibility(string Validity, string NoticeCode, string Notice, IReadOnlyList<Insurance> Insurances);

/// <param name="Name">Family and given name with a full-width space.</param>
/// <param name="NameKana">Half-width.</param>
/// <param name="Sex">OQSCD007.</param>
internal sealed record Person(
    string Name, string NameKana, string Sex, DateOnly Birthdate, string Address, string PostNumber, string NameOfOther = "",
    string NameOfOtherKana = "");

/// <param name="Card">OQSCD010.</param>
/// <param name="PersonOrFamily">OQSCD009.</param>
/// <param name="LossReason">OQSCD008; empty while it lasts.</param>
internal sealed record Insurance(
    Person Person, string Insurer, string InsurerName, string Symbol, string Number, string Branch, string Card, string PersonOrFamily,
    string InsuredName,
    DateOnly From, DateOnly? Until, string LossReason, string PartialContribution = "", string Preschool = "",
    ElderlyCertificate? Elderly = null, LimitCertificate? Limit = null, IReadOnlyList<DiseaseCertificate>? Diseases = null,
    IReadOnlyList<MedicalTicket>? Tickets = null);

/// <param name="Ratio">"010" = 1割.</param>
internal sealed record ElderlyCertificate(DateOnly Issued, DateOnly From, DateOnly Until, string Ratio);

/// <param name="Classification">OQSCD011.</param>
/// <param name="Flag">OQSCD012.</param>
internal sealed record LimitCertificate(string Classification, string Flag, DateOnly Issued, DateOnly From, DateOnly Until,
    DateOnly? LongTerm);

/// <param name="Category">OQSCD013.</param>
internal sealed record DiseaseCertificate(string Category, DateOnly Issued, DateOnly From, DateOnly Until, int SelfPay);

/// <summary>医療券, 調剤券 of public assistance.</summary>
/// <param name="Type">OQSCD018.</param>
/// <param name="Treatment">OQSCD019.</param>
internal sealed record MedicalTicket(
    string Type, DateOnly From, DateOnly Until, string IssueNumber, string Month, string Treatment, int SelfPay, string Office,
    IReadOnlyList<string> Injuries);
