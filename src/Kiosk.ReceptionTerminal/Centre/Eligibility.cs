namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>The national centre's answer about one person. Kept in memory only, for the day.</summary>
/// <param name="Validity">OQSCD006; empty: nobody has confirmed the entitlement (申立書).</param>
/// <param name="NoticeCode">Message code, also with a normal end; empty = none.</param>
/// <param name="Notice">Its words for staff.</param>
/// <param name="Insurances">None when no entitlement was found, several when more than one was.</param>
internal sealed record Eligibility(string Validity, string NoticeCode, string Notice, IReadOnlyList<Insurance> Insurances)
{
    /// <summary>
    /// The centre did not process this inquiry (OQSCD004 = 2): <see cref="NoticeCode"/> and <see cref="Notice"/> say why, nothing else is
    /// known.
    /// </summary>
    public bool IsRefused { get; init; }

    /// <summary>Of the card itself; other than Registered nothing is known about the insurance.</summary>
    public CardStanding Standing { get; init; }

    /// <summary>Records of 医療費助成 (PMH) of this person, at most four are asked about.</summary>
    public IReadOnlyList<AidRecord> Aids { get; init; } = [];

    /// <summary>診療情報提供書 that wait for this site; null: the centre did not say.</summary>
    public IReadOnlyList<LetterRecord>? Letters { get; init; }

    /// <summary>電子処方箋 of this person that were not dispensed, also those whose last day is over; null: the centre did not say.</summary>
    public IReadOnlyList<PrescriptionRecord>? Prescriptions { get; init; }

    /// <summary>
    /// The 照会番号 of an ended entitlement, when none that lasts has one: a new insurer does not know it. Empty: none is lost.
    /// </summary>
    public string LostReference => Insurances.Any(i => i.Until is null && i.ReferenceNumber.Length == 0)
        && !Insurances.Any(i => i.Until is null && i.ReferenceNumber.Length > 0)
            ? Insurances.FirstOrDefault(i => i.Until is not null && i.ReferenceNumber.Length > 0)?.ReferenceNumber ?? "" : "";

    /// <summary>The 照会番号 of the entitlement that lasts; empty: none is registered.</summary>
    public string ReferenceNumber => Insurances.FirstOrDefault(i => i.Until is null && i.ReferenceNumber.Length > 0)?.ReferenceNumber ?? "";
}

/// <summary>What the centre knows about the card itself.</summary>
internal enum CardStanding
{
    /// <summary>利用登録 is there.</summary>
    Registered,

    Unregistered,

    /// <summary>失効: the certificate was revoked.</summary>
    Revoked,

    /// <summary>利用登録 was made once and is not in force any more.</summary>
    Lapsed,
}

/// <param name="Name">制度名, 1 to 40 characters.</param>
/// <param name="Municipality">自治体, at most 20 characters.</param>
internal sealed record AidRecord(string Name, string Municipality, DateOnly From, DateOnly Until);

/// <param name="Issuer">The hospital or clinic that wrote it, 1 to 40 characters.</param>
internal sealed record LetterRecord(string Issuer, DateOnly Issued);

/// <param name="Issuer">The hospital or clinic, 1 to 40 characters.</param>
/// <param name="LastDay">Last day on which it can be used.</param>
internal sealed record PrescriptionRecord(string Issuer, DateOnly Issued, DateOnly LastDay);

/// <param name="Name">Family and given name with a full-width space.</param>
/// <param name="NameKana">Half-width.</param>
/// <param name="Sex">OQSCD007.</param>
internal sealed record Person(
    string Name, string NameKana, string Sex, DateOnly Birthdate, string Address, string PostNumber, string NameOfOther = "",
    string NameOfOtherKana = "")
{
    /// <summary>住所不開示: the address must not be shown or written, except to somebody who asks for it and is logged.</summary>
    public bool IsAddressWithheld { get; init; }
}

/// <summary>One entitlement.</summary>
/// <param name="Branch">枝番, 2 digits; empty where there is none (後期高齢者, 医療扶助).</param>
/// <param name="Card">OQSCD010.</param>
/// <param name="PersonOrFamily">OQSCD009.</param>
/// <param name="From">資格取得年月日: the entitlement, not the card; null: not known (申立書).</param>
/// <param name="Until">資格喪失年月日; null while it lasts.</param>
/// <param name="LossReason">OQSCD008; empty while it lasts.</param>
internal sealed record Insurance(
    Person Person, string Insurer, string InsurerName, string Symbol, string Number, string Branch, string Card, string PersonOrFamily,
    string InsuredName,
    DateOnly? From, DateOnly? Until, string LossReason, string PartialContribution = "", string Preschool = "",
    ElderlyCertificate? Elderly = null, LimitCertificate? Limit = null, IReadOnlyList<DiseaseCertificate>? Diseases = null,
    IReadOnlyList<MedicalTicket>? Tickets = null)
{
    /// <summary>交付年月日 of 資格確認書 or 被保険者証; null: none was issued, or the centre does not say.</summary>
    public DateOnly? Issued { get; init; }

    /// <summary>有効開始年月日 of that card.</summary>
    public DateOnly? CardFrom { get; init; }

    /// <summary>有効終了年月日 of that card.</summary>
    public DateOnly? CardUntil { get; init; }

    /// <summary>照会番号: the facility's own patient number that it registered for this entitlement; empty: none.</summary>
    public string ReferenceNumber { get; init; } = "";

    /// <summary>医療扶助: 公費負担者番号 and 受給者番号 stand in the places of 保険者番号 and 番号.</summary>
    public bool IsPublicAssistance => Card == "A1";
}

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
/// <param name="Month">yyyyMM.</param>
/// <param name="Treatment">OQSCD019.</param>
/// <param name="SelfPay">Yen a month.</param>
/// <param name="Office">福祉事務所.</param>
/// <param name="Injuries">傷病名, at most three.</param>
internal sealed record MedicalTicket(
    string Type, DateOnly From, DateOnly Until, string IssueNumber, string Month, string Treatment, int SelfPay, string Office,
    IReadOnlyList<string> Injuries)
{
    /// <summary>Code of the institution that the ticket is for, 10 digits; empty: 未委託, none was named yet.</summary>
    public string Institution { get; init; } = "";

    /// <summary>OQSCD026: is it for the institution that asks?</summary>
    public string InstitutionFlag { get; init; } = "";

    public string InstitutionName { get; init; } = "";

    /// <summary>Of a 調剤券: who issued the prescription, 10 digits.</summary>
    public string Prescriber { get; init; } = "";

    public string PrescriberName { get; init; } = "";

    /// <summary>OQSCD020: 単独, 併用.</summary>
    public string Combined { get; init; } = "";

    /// <summary>OQSCD021.</summary>
    public string SocialInsurance { get; init; } = "";

    /// <summary>OQSCD022; empty: consistent.</summary>
    public string Inconsistent { get; init; } = "";

    /// <summary>OQSCD023: 感染症法37条の2.</summary>
    public string Infection { get; init; } = "";

    /// <summary>OQSCD024: 後期高齢者医療.</summary>
    public string Elderly { get; init; } = "";

    /// <summary>OQSCD025: 都道府県費.</summary>
    public string Prefectural { get; init; } = "";

    /// <summary>備考, at most three.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
