namespace Kiosk.Contract;

/// <summary>One row of the table in reception.proto.</summary>
/// <param name="Method">How the person was confirmed.</param>
/// <param name="Key">The key of the card that signed the challenge of the visit.</param>
/// <param name="WithInstitution">Accepted also at a site with an institution (特定機関認証).</param>
/// <param name="NeedsGrant">Staff must have granted 目視確認 for this visit.</param>
/// <param name="NeedsComparison">
/// Medical records open only when birth date and sex, as the issuer of the card signed them, are those of the centre's answer. False: the
/// signature proves the card alone.
/// </param>
public sealed record EvidenceRule(Method Method, EvidenceKey Key, bool WithInstitution, bool NeedsGrant, bool NeedsComparison);

/// <summary>
/// What a check-in must prove, and what it opens. The only place of these rules: the kiosk chooses its evidence by them, the reception
/// accepts and opens by them.
/// </summary>
public static class EvidenceRules
{
    public static IReadOnlyList<EvidenceRule> All { get; } =
    [
        new(Method.Pin, EvidenceKey.Authentication, WithInstitution: true, NeedsGrant: false, NeedsComparison: false),
        new(Method.Phone, EvidenceKey.Authentication, WithInstitution: true, NeedsGrant: false, NeedsComparison: false),
        new(Method.Face, EvidenceKey.Authentication, WithInstitution: true, NeedsGrant: false, NeedsComparison: false),
        new(Method.Face, EvidenceKey.CardFace, WithInstitution: false, NeedsGrant: false, NeedsComparison: true),
        new(Method.Visual, EvidenceKey.Authentication, WithInstitution: true, NeedsGrant: true, NeedsComparison: false),
        new(Method.Visual, EvidenceKey.CardFace, WithInstitution: true, NeedsGrant: true, NeedsComparison: true),
    ];

    /// <param name="hasInstitution">SitePolicy.signs_without_pin of the site.</param>
    /// <returns>Null: this evidence is refused.</returns>
    public static EvidenceRule? Find(Method method, EvidenceKey key, bool hasInstitution) =>
        All.FirstOrDefault(r => r.Method == method && r.Key == key && (r.WithInstitution || !hasInstitution));
}
