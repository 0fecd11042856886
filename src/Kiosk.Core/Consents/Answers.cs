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
/// <param name="Pmh">医療費助成: use it; null: not asked.</param>
/// <param name="Prescription">Null: not asked.</param>
public sealed record Answers(
    SitePolicy Asked, IReadOnlyList<bool?> Given, bool? Pmh = null, PrescriptionForm? Prescription = null)
{
    public ConsentCatalogue Catalogue => Asked.Consents;

    public static Answers None(SitePolicy asked) => new(asked, [.. asked.Consents.Items.Select(_ => (bool?)null)]);

    public static Answers All(SitePolicy asked, bool yes) => None(asked).WithAll(yes);

    public Answers WithAll(bool yes) => this with { Given = [.. Given.Select(_ => (bool?)yes)] };

    public Answers With(int index, bool yes) => this with { Given = [.. Given.Select((old, i) => i == index ? yes : old)] };
}
