using Kiosk.Core.Consents;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Core;

/// <summary>
/// The questions after the consents, in their order: 医療費助成, letters, prescriptions to dispense, form of a new prescription. A site asks
/// only what it has set, and what waits at the centre is asked about only where something waits.
/// </summary>
internal static class FurtherQuestions
{
    /// <summary>The answers with what the centre has named by now. What comes later is not asked about.</summary>
    public static Answers WithPending(Confirmed who, Answers answers)
    {
        if (who.Insurance is not { } told || !answers.Asked.AnswersInsurance) return answers;
        Answers asking = answers.AskingFor(told.Documents);
        return answers.Asked.AsksPmh && told.Aids.Count > 0 ? asking.AskingFor(told.Aids) : asking;
    }

    /// <returns>Null: it was the last question.</returns>
    public static S.Asking? After(S.Asking at)
    {
        List<S.Asking> all = All(at.Who, at.Answers, OneByOneAt(at));
        if (at is S.AskingConsent or S.AskingItem) return all.FirstOrDefault();
        int index = all.FindIndex(question => IsSame(question, at));
        return index < 0 ? null : all.ElementAtOrDefault(index + 1);
    }

    /// <returns>Null: it was the first question after the consents.</returns>
    public static S.Asking? Before(S.Asking at)
    {
        List<S.Asking> all = All(at.Who, at.Answers, OneByOneAt(at));
        return all.ElementAtOrDefault(all.FindIndex(question => IsSame(question, at)) - 1);
    }

    /// <summary>The first of several documents.</summary>
    public static S.AskingDocument OneByOne(S.AskingDocuments at) =>
        All(at.Who, at.Answers, at.Kind).OfType<S.AskingDocument>().First(one => KindOf(one) == at.Kind);

    /// <param name="oneByOne">The kind whose documents the patient answers one by one now.</param>
    private static List<S.Asking> All(Confirmed who, Answers answers, DocumentKind? oneByOne)
    {
        List<S.Asking> all = [];
        if (answers.Aids is { } aids) all.AddRange(aids.Select((_, i) => new S.AskingPmh(who, answers, i)));
        // A reception that does not ask in advance leaves one general question.
        else if (answers.Asked is { AsksPmh: true, AnswersInsurance: false } || answers.Pmh is not null)
            all.Add(new S.AskingPmh(who, answers));
        foreach (DocumentKind kind in Enum.GetValues<DocumentKind>())
        {
            int count = answers.OfKind(kind).Count();
            if (count > 1) all.Add(new S.AskingDocuments(who, answers, kind));
            if (count == 1 || kind == oneByOne)
            {
                all.AddRange((answers.Documents ?? []).Select((_, i) => new S.AskingDocument(who, answers, i))
                    .Where(d => KindOf(d) == kind));
            }
        }

        if (answers.Asked.AsksPrescription) all.Add(new S.AskingPrescription(who, answers));
        return all;
    }

    private static DocumentKind? OneByOneAt(S.Asking at) => at is S.AskingDocument one ? KindOf(one) : null;

    private static DocumentKind KindOf(S.AskingDocument at) => at.Answers.Documents![at.Index].Document.Kind;

    private static bool IsSame(S.Asking one, S.Asking other) => (one, other) switch
    {
        (S.AskingPmh a, S.AskingPmh b) => a.Index == b.Index,
        (S.AskingDocuments a, S.AskingDocuments b) => a.Kind == b.Kind,
        (S.AskingDocument a, S.AskingDocument b) => a.Index == b.Index,
        _ => one.GetType() == other.GetType(),
    };
}
