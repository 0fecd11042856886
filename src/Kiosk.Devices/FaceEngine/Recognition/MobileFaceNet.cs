using System.Numerics;
using System.Numerics.Tensors;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>
/// MobileFaceNet (github.com/foamliu/MobileFaceNet): 5-point ArcFace alignment to 112 x 112, unit vectors of chip and
/// mirrored chip added and made unit length again, Euclidean distance (0 to 2).
/// </summary>
internal sealed class MobileFaceNet : IFaceMatcher
{
    private const int Side = 112;
    private const int Values = 128;
    private static readonly float[] Mean = [0.485f * 255, 0.456f * 255, 0.406f * 255];
    private static readonly float[] Factor = [1 / (0.229f * 255), 1 / (0.224f * 255), 1 / (0.225f * 255)];

    private readonly Network _network;
    private readonly Mat _chip = new(Side, Side, MatType.CV_8UC3);
    private readonly float[] _unit = new float[Values];

    public MobileFaceNet(ModelStore store, FaceEngineFacts facts)
    {
        Facts = facts;
        _network = new(store.Locate("mobilefacenet"), "input0", [1, 3, Side, Side], ("output0", [1, Values]));
    }

    public FaceEngineFacts Facts { get; }

    public int TemplateLength => Values;

    public void CreateTemplate(FaceImage face, Span<float> template)
    {
        Span<Vector2> five = stackalloc Vector2[5];
        Landmarks.Five(face.Landmarks, five);
        using Mat view = Pixels.View(face.Bgr, face.Width, face.Height);
        Similarity2D.Fit(five, Landmarks.ArcFace112).Warp(view, _chip, Side, Side);
        template.Clear();
        AddUnit(template);
        Cv2.Flip(_chip, _chip, FlipMode.Y);
        AddUnit(template);
        Normalise(template, template);
        _network.Clear();
        _chip.SetTo(Scalar.All(0));
        Array.Clear(_unit);
    }

    public void Average(ReadOnlySpan<float> templates, Span<float> mean)
    {
        mean.Clear();
        for (int i = 0; i < templates.Length; i += Values) TensorPrimitives.Add(mean, templates.Slice(i, Values), mean);
        Normalise(mean, mean);
    }

    public double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) => TensorPrimitives.Distance(reference, probe);

    public void Dispose()
    {
        _network.Dispose();
        _chip.Dispose();
    }

    private static void Normalise(ReadOnlySpan<float> values, Span<float> unit) =>
        TensorPrimitives.Divide(values, TensorPrimitives.Norm(values), unit);

    private void AddUnit(Span<float> sum)
    {
        Pixels.ToPlanes(_chip, _network.Input, Mean, Factor);
        _network.Run();
        Normalise(_network.Output(0), _unit);
        TensorPrimitives.Add(sum, _unit, sum);
    }
}
