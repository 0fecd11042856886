using System.Numerics;
using System.Numerics.Tensors;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>
/// dlib's ResNet-34 (davisking/dlib-models): chip of 150 x 150 by 33 points, raw vectors, plain mean of chip and mirrored
/// chip, Euclidean distance. The vectors are never normalised: the thresholds are for raw vectors.
/// </summary>
internal sealed class DlibResNet : IFaceMatcher
{
    private const int Side = 150;
    private const int Values = 128;
    private static readonly Vector2[] Template = Landmarks.ChipTemplate();
    private static readonly float[] Mean = [0, 0, 0];
    private static readonly float[] Factor = [1, 1, 1];

    private readonly Network _network;
    private readonly Mat _chip = new(Side, Side, MatType.CV_8UC3);

    public DlibResNet(ModelStore store, ModelEntry model, FaceEngineFacts facts)
    {
        Facts = facts;
        _network = new(store.Locate(model.Id), "input", [1, 3, Side, Side], ("embedding", [1, Values]));
    }

    public FaceEngineFacts Facts { get; }

    public int TemplateLength => Values;

    public void CreateTemplate(FaceImage face, Span<float> template)
    {
        Span<Vector2> points = stackalloc Vector2[Template.Length];
        for (int i = 0; i < points.Length; i++) points[i] = face.Landmarks[Landmarks.ChipPoints[i]];
        using Mat view = Pixels.View(face.Bgr, face.Width, face.Height);
        Similarity2D.Fit(points, Template).Warp(view, _chip, Side, Side);
        template.Clear();
        AddHalf(template);
        Cv2.Flip(_chip, _chip, FlipMode.Y);
        AddHalf(template);
        _network.Clear();
        _chip.SetTo(Scalar.All(0));
    }

    public void Average(ReadOnlySpan<float> templates, Span<float> mean)
    {
        mean.Clear();
        for (int i = 0; i < templates.Length; i += Values) TensorPrimitives.Add(mean, templates.Slice(i, Values), mean);
        TensorPrimitives.Divide(mean, templates.Length / Values, mean);
    }

    public double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) => TensorPrimitives.Distance(reference, probe);

    public void Dispose()
    {
        _network.Dispose();
        _chip.Dispose();
    }

    private void AddHalf(Span<float> sum)
    {
        Pixels.ToPlanes(_chip, _network.Input, Mean, Factor);
        _network.Run();
        TensorPrimitives.MultiplyAdd(_network.Output(0), 0.5f, sum, sum);
    }
}
