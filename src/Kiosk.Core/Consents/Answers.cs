namespace Kiosk.Core.Consents;

/// <summary>処方箋発行形態 (OQSCD017).</summary>
public enum PrescriptionForm
{
    Electronic,
    Paper,
}

/// <summary>What one patient answered.</summary>
/// <param name="Asked">The policy at the first question. Does not change when the reception sends another one during the visit.</param>
/// <param name="Given">One for each item of the catalogue, in its order; null: not answered yet.</param>
/// <param name="Pmh">医療費助成: the answer to the one general question; null: not asked.</param>
/// <param name="Prescription">Null: not asked.</param>
public sealed record Answers(
    SitePolicy Asked, IReadOnlyList<bool?> Given, bool? Pmh = null, PrescriptionForm? Prescription = null)
{
    /// <summary>医療費助成: one question for each record of the patient. Null: none was asked about.</summary>
    public IReadOnlyList<AidAnswer>? Aids { get; init; }

    /// <summary>
    /// Letters and prescriptions, the letters first: one answer each. Null: none was asked about.
    /// </summary>
    public IReadOnlyList<DocumentAnswer>? Documents { get; init; }

    /// <summary>利用登録: null: not asked.</summary>
    public bool? Registers { get; init; }

    public ConsentCatalogue Catalogue => Asked.Consents;

    /// <summary>The items were answered one by one, not with one press for all.</summary>
    public bool OneByOne { get; init; }

    /// <summary>
    /// The patient has to see all answers once more before they are sent: they were given one by one, or they differ. One press for
    /// all, with nothing else answered differently, says all there is to say. The form of a prescription is no yes or no, and which
    /// prescriptions are dispensed has nothing to do with what may be seen.
    /// </summary>
    public bool NeedReview => OneByOne || Differ(OfKind(DocumentKind.Prescription).Select(d => d.Yes))
        || Differ([.. Given, Pmh ?? Given[0], .. (Aids ?? []).Select(a => a.Yes), .. OfKind(DocumentKind.Letter).Select(d => d.Yes)]);

    /// <summary>A pharmacy whose patient chose no electronic prescription: the desk asks about it.</summary>
    public bool PrescriptionAtDesk => Asked.DispensesPrescriptions && !OfKind(DocumentKind.Prescription).Any(d => d.Yes == true);

    public static Answers None(SitePolicy asked) => new(asked, [.. asked.Consents.Items.Select(_ => (bool?)null)]);

    public static Answers All(SitePolicy asked, bool yes) => None(asked).WithAll(yes);

    public Answers WithAll(bool yes) => this with { Given = [.. Given.Select(_ => (bool?)yes)], OneByOne = false };

    /// <summary>The records are asked about. Answers to the same records are kept.</summary>
    public Answers AskingFor(IReadOnlyList<MedicalAid> records) =>
        Aids is { } aids && aids.Select(a => a.Record).SequenceEqual(records)
            ? this : this with { Aids = [.. records.Select(r => new AidAnswer(r, null))] };

    public Answers WithAid(int index, bool yes) => this with { Aids = [.. Aids!.Select((a, i) => i == index ? a with { Yes = yes } : a)] };

    /// <summary>The documents are asked about, of the kinds that this site asks for. Answers to the same documents are kept.</summary>
    public Answers AskingFor(IReadOnlyList<PendingDocument> pending)
    {
        PendingDocument[] asked = [.. pending.Where(d => Asked.AsksFor(d.Kind)).OrderBy(d => d.Kind)];
        if (asked.Length == 0) return this with { Documents = null };
        return Documents is { } old && old.Select(d => d.Document).SequenceEqual(asked)
            ? this : this with { Documents = [.. asked.Select(d => new DocumentAnswer(d, null))] };
    }

    public IEnumerable<DocumentAnswer> OfKind(DocumentKind kind) => (Documents ?? []).Where(d => d.Document.Kind == kind);

    public Answers WithDocument(int index, bool yes) =>
        this with { Documents = [.. Documents!.Select((d, i) => i == index ? d with { Yes = yes } : d)] };

    public Answers WithAllOf(DocumentKind kind, bool yes) =>
        this with { Documents = [.. Documents!.Select(d => d.Document.Kind == kind ? d with { Yes = yes } : d)] };

    public Answers With(int index, bool yes) =>
        this with { Given = [.. Given.Select((old, i) => i == index ? yes : old)], OneByOne = true };

    private static bool Differ(IEnumerable<bool?> answers) => answers.Distinct().Count() > 1;
}
