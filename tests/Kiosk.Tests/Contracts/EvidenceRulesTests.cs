using System.Text.RegularExpressions;
using Kiosk.Contract;
using Kiosk.Devices.Reception;

namespace Kiosk.Tests.Contracts;

/// <summary>What a check-in must prove: the table in reception.proto is the one in the code, and no row is too weak.</summary>
public sealed class EvidenceRulesTests
{
    [Fact]
    public void The_table_in_the_contract_is_the_one_that_both_programs_use()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(Golden.Root(), "src/Kiosk.Contract/reception.proto"))
            .Where(l => Regex.IsMatch(l, "^//   [A-Z]+ +(AUTHENTICATION|CARD_FACE) "))];
        EvidenceRule[] written = [.. rows.Select(r => Regex.Split(r[2..].Trim(), " {2,}")).Select(c => new EvidenceRule(
            Enum.Parse<Method>(c[0], ignoreCase: true),
            c[1] == "CARD_FACE" ? EvidenceKey.CardFace : EvidenceKey.Authentication,
            c[2] == "at every site",
            c[3].Contains("grant of staff", StringComparison.Ordinal),
            c[3].Contains("comparison", StringComparison.Ordinal)))];

        Assert.Equal(EvidenceRules.All, written);
        // What opens follows from what is needed.
        Assert.All(rows, r => Assert.Equal(r.Contains(", comparison", StringComparison.Ordinal),
            r.Contains("after the comparison medical records", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_records_open_by_the_card_face_key_alone_and_no_grant_is_left_out()
    {
        foreach (Method method in Enum.GetValues<Method>())
            foreach (EvidenceKey key in Enum.GetValues<EvidenceKey>())
                foreach (bool institution in (bool[])[false, true])
                {
                    EvidenceRule? rule = EvidenceRules.Find(method, key, institution);
                    bool isKnown = method != Method.Unspecified && key != EvidenceKey.Unspecified;
                    bool mustBeRefused = !isKnown || (key == EvidenceKey.CardFace
                        && (method is Method.Pin or Method.Phone || (method == Method.Face && institution)));
                    Assert.Equal(mustBeRefused, rule is null);
                    if (rule is null) continue;
                    Assert.Equal(key == EvidenceKey.CardFace, rule.NeedsComparison);
                    Assert.Equal(method == Method.Visual, rule.NeedsGrant);
                }
    }

    [Fact]
    public void The_kiosk_falls_back_to_the_card_face_only_where_the_reception_takes_it()
    {
        Assert.False(EvidenceChoice.CardFaceIsEnough(Core.Reception.Method.Face, hasInstitution: true));
        Assert.True(EvidenceChoice.CardFaceIsEnough(Core.Reception.Method.Face, hasInstitution: false));
        Assert.True(EvidenceChoice.CardFaceIsEnough(Core.Reception.Method.Visual, hasInstitution: true));
        Assert.False(EvidenceChoice.CardFaceIsEnough(Core.Reception.Method.Pin, hasInstitution: false));
    }
}
