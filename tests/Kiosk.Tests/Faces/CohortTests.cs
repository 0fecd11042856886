using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine.Recognition;

namespace Kiosk.Tests.Faces;

public sealed class CohortTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Who_is_near_to_every_stranger_is_not_taken_for_one_of_them()
    {
        Write(60, i => [MathF.Cos(i * 0.01f), MathF.Sin(i * 0.01f)]);
        using Plane plane = new();
        using CohortMatcher normal = new(plane, Cohort.Read(_file, plane), 15);
        float[] common = [MathF.Cos(0.3f), MathF.Sin(0.3f)], alike = [MathF.Cos(0.35f), MathF.Sin(0.35f)], rare = [-1, 0],
            near = [-0.9987f, 0.05f];
        // The same distance: usual among strangers of the one kind, telling where nobody is near.
        Assert.Equal(plane.Compare(common, alike), plane.Compare(rare, near), 0.002);
        Assert.True(normal.Compare(rare, near) < normal.Compare(common, alike));
        Assert.Equal(15, normal.Facts.Threshold);
        Assert.Equal(15, normal.Facts.ThresholdFor(3));
    }

    [Fact]
    public void A_cohort_that_is_small_cut_off_or_of_another_engine_is_refused()
    {
        using Plane plane = new();
        Write(Cohort.Least - 1, _ => [1, 0]);
        Refused("fewer than", plane);
        Write(60, _ => [1, 0]);
        File.WriteAllBytes(_file, File.ReadAllBytes(_file)[..^3]);
        Refused("cut off", plane);
        Write(60, _ => [1, 0], engine: "another");
        Refused("made for another", plane);
        File.WriteAllText(_file, "no cohort");
        Refused("not a cohort file", plane);
        Write(60, _ => [float.NaN, 0]);
        Refused("not finite numbers", plane);
    }

    public void Dispose() => File.Delete(_file);

    private void Refused(string why, Plane plane)
    {
        FailureException refused = Assert.Throws<FailureException>(() => Cohort.Read(_file, plane));
        Assert.Equal(Failure.ModelNotListed, refused.Failure);
        Assert.Contains(why, refused.Detail, StringComparison.Ordinal);
    }

    private void Write(int count, Func<int, float[]> template, string engine = "plane")
    {
        using BinaryWriter writer = new(File.Create(_file));
        writer.Write(System.Text.Encoding.ASCII.GetBytes($$"""{"engine":"{{engine}}","length":2,"count":{{count}}}""" + "\n"));
        for (int i = 0; i < count; i++)
        {
            foreach (float value in template(i)) writer.Write(value);
        }
    }

    /// <summary>Templates of two values.</summary>
    private sealed class Plane : IFaceMatcher
    {
        public FaceEngineFacts Facts { get; } = new("plane", "", 1);

        public int TemplateLength => 2;

        public void CreateTemplate(FaceImage face, Span<float> template) => throw new NotSupportedException();

        public void Average(ReadOnlySpan<float> templates, Span<float> mean) => throw new NotSupportedException();

        public double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) =>
            Math.Sqrt(Math.Pow(reference[0] - probe[0], 2) + Math.Pow(reference[1] - probe[1], 2));

        public void Dispose()
        {
        }
    }
}
