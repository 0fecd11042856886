using Kiosk.Core.Cards;
using Kiosk.Core.Consents;

namespace Kiosk.Core.Reception;

/// <summary>What the centre says about the insurance of this card, in the one word that the patient needs.</summary>
public enum InsuranceState
{
    /// <summary>Not asked, no answer, not in time, or not for this card: the desk checks it.</summary>
    NoAnswer,

    /// <summary>有効 (OQSCD006 = 1, 6).</summary>
    Valid,

    /// <summary>The old insurance has ended and a new one is known (OQSCD006 = 3).</summary>
    Newer,

    /// <summary>複数該当 (OQSCD006 = 5): the desk chooses.</summary>
    Several,

    /// <summary>該当資格なし (OQSCD006 = 4).</summary>
    None,

    /// <summary>無効 (OQSCD006 = 2).</summary>
    Invalid,

    /// <summary>The certificate of the card was revoked (失効).</summary>
    Revoked,

    /// <summary>利用登録 was not made: the card is not an insurance card yet.</summary>
    Unregistered,

    /// <summary>利用登録 was made once and is not in force any more (利用登録の解除). It can be made again.</summary>
    Lapsed,
}

/// <summary>The rules of <see cref="InsuranceState"/>, the same for kiosk and reception.</summary>
public static class InsuranceRule
{
    /// <summary>The visit is not done: the patient must come to the desk, with other papers.</summary>
    public static bool NeedsDesk(InsuranceState state) =>
        state is InsuranceState.None or InsuranceState.Invalid or InsuranceState.Revoked || CanRegister(state);

    /// <summary>利用登録 can be made on the kiosk.</summary>
    public static bool CanRegister(InsuranceState state) => state is InsuranceState.Unregistered or InsuranceState.Lapsed;
}

/// <summary>The centre's answer before the check-in. Held in memory for one visit; nothing of it is kept on the kiosk.</summary>
/// <param name="Aids">Records of 医療費助成; empty: none, or the evidence does not open them.</param>
public sealed record PreAnswer(InsuranceState State, IReadOnlyList<MedicalAid> Aids)
{
    /// <summary>
    /// Letters and usable prescriptions that wait for this site; empty: none, the site does not ask, or the evidence does not open them.
    /// </summary>
    public IReadOnlyList<PendingDocument> Documents { get; init; } = [];

    public static PreAnswer None { get; } = new(InsuranceState.NoAnswer, []);
}

/// <summary>What is needed to ask the centre before the check-in. The same evidence as in the check-in.</summary>
/// <param name="StaffId">Only for <see cref="Method.Visual"/>.</param>
/// <param name="WithCardFace">The reception compares the card face and does not keep it.</param>
public sealed record PreQuestion(Guid Visit, Method Method, CardEvidence Evidence, string? StaffId, bool WithCardFace);
