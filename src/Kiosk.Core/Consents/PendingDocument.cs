namespace Kiosk.Core.Consents;

/// <summary>What may wait at the centre for this patient and this site.</summary>
public enum DocumentKind
{
    /// <summary>診療情報提供書, a referral letter. The patient says whether this site may see it.</summary>
    Letter,

    /// <summary>電子処方箋. In a pharmacy the patient says which are dispensed.</summary>
    Prescription,
}

/// <summary>A letter or a prescription as the kiosk names it. Never a drug, a diagnosis or any other content.</summary>
/// <param name="Id">Given by the reception for this visit; sent back with the answer. Says nothing of the patient.</param>
/// <param name="Issuer">The hospital or clinic, at most 40 characters.</param>
/// <param name="LastDay">
/// Last day on which a prescription can be used (使用期間: 保険医療機関及び保険医療養担当規則, article 20, item 3); null for a letter.
/// </param>
public sealed record PendingDocument(DocumentKind Kind, string Id, string Issuer, DateOnly Issued, DateOnly? LastDay = null);

/// <param name="Yes">A letter: may be seen. A prescription: is dispensed here. Null: not answered yet.</param>
public sealed record DocumentAnswer(PendingDocument Document, bool? Yes);
