using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>The first line of a cohort file.</summary>
/// <param name="Length">Values in a template.</param>
/// <param name="Count">Templates in the file.</param>
public sealed record CohortFacts(string Engine, int Length, int Count);

/// <summary>
/// Templates of other people, to normalise distances against (adaptive S-norm). The file holds templates only, no pictures and no names.
/// Templates are personal data of these people (個人識別符号, 個人情報保護法 2条2項): the operator needs their consent for this use.
/// None is shipped. File: one line of JSON, then little-endian float32.
/// </summary>
public sealed class Cohort
{
    /// <summary>Fewer templates are not enough to know the usual distance between strangers.</summary>
    public const int Least = 50;

    private Cohort(string engine, float[][] templates) => (Engine, Templates) = (engine, templates);

    public string Engine { get; }

    public IReadOnlyList<float[]> Templates { get; }

    /// <exception cref="Core.Failures.FailureException">ModelNotListed: not such a file, of another engine, or too small.</exception>
    public static Cohort Read(string path, IFaceMatcher matcher)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            int end = Array.IndexOf(file, (byte)'\n');
            CohortFacts facts = JsonSerializer.Deserialize<CohortFacts>(file.AsSpan(0, Math.Max(end, 0)), JsonSerializerOptions.Web)
                ?? throw new InvalidDataException("empty");
            if (facts.Engine != matcher.Facts.Id || facts.Length != matcher.TemplateLength)
                throw new InvalidDataException($"made for {facts.Engine}, in use is {matcher.Facts.Id}");
            if (facts.Count < Least || file.Length - end - 1 != facts.Count * (long)facts.Length * sizeof(float))
                throw new InvalidDataException($"cut off, or fewer than {Least} templates");
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(file.AsSpan(end + 1));
            float[][] templates = new float[facts.Count][];
            for (int i = 0; i < templates.Length; i++) templates[i] = values.Slice(i * facts.Length, facts.Length).ToArray();
            return templates.All(t => t.All(float.IsFinite)) ? new(facts.Engine, templates)
                : throw new InvalidDataException("values that are not finite numbers");
        }
        catch (Exception wrong) when (wrong is IOException or JsonException or UnauthorizedAccessException or InvalidDataException)
        {
            throw ModelRefusal.NotListed($"{path}: not a cohort file: {wrong.Message}; ./dev models cohort makes one", wrong);
        }
    }
}

/// <summary>
/// A recogniser with distances normalised against a cohort: how much nearer two faces are than each is to its nearest strangers. It needs
/// its
/// own threshold, found with <c>./dev bench face --cohort</c>. It helps a recogniser that makes more errors inside one group of people.
/// </summary>
/// <param name="inner">Disposed here.</param>
/// <param name="threshold">In the normalised unit, 0 to <see cref="Most"/>.</param>
internal sealed class CohortMatcher(IFaceMatcher inner, Cohort cohort, double threshold) : IFaceMatcher
{
    /// <summary>Distance of two faces that are as near as strangers usually are (a normalised score of 0).</summary>
    public const double Most = 20;

    /// <summary>How many of the nearest templates are used.</summary>
    private const int Nearest = 100;

    private readonly float[] _distances = new float[cohort.Templates.Count];

    public FaceEngineFacts Facts { get; } = inner.Facts with { Threshold = threshold, Averaged = null };

    public int TemplateLength => inner.TemplateLength;

    public void CreateTemplate(FaceImage face, Span<float> template) => inner.CreateTemplate(face, template);

    public void Average(ReadOnlySpan<float> templates, Span<float> mean) => inner.Average(templates, mean);

    public double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) =>
        Normalise(inner.Compare(reference, probe), Strangers(reference), Strangers(probe));

    /// <summary>The distance, not normalised.</summary>
    public double Plain(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) => inner.Compare(reference, probe);

    public void Dispose() => inner.Dispose();

    /// <summary>Mean and deviation of the distances to the nearest strangers.</summary>
    public (double Mean, double Deviation) Strangers(ReadOnlySpan<float> template)
    {
        for (int i = 0; i < _distances.Length; i++) _distances[i] = (float)inner.Compare(template, cohort.Templates[i]);
        Array.Sort(_distances);
        ReadOnlySpan<float> nearest = _distances.AsSpan(0, Math.Min(Nearest, _distances.Length));
        float mean = TensorPrimitives.Sum(nearest) / nearest.Length;
        double square = 0;
        foreach (float distance in nearest) square += (distance - mean) * (distance - mean);
        return (mean, Math.Max(Math.Sqrt(square / nearest.Length), 1e-4));
    }

    public static double Normalise(double distance, (double Mean, double Deviation) a, (double Mean, double Deviation) b) =>
        Math.Max(0, Most - (((a.Mean - distance) / a.Deviation) + ((b.Mean - distance) / b.Deviation)) / 2);
}
