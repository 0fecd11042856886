using System.Numerics.Tensors;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Recognition;

/// <summary>
/// Any recogniser of the ArcFace kind (MobileFaceNet, SFace and similar), described by its manifest entry alone. It reads one or two
/// aligned square chips, with the entry's channel order, mean and divisor. The unit vectors of each chip and of its mirror image are
/// added and scaled to unit length. Euclidean distance, 0 to 2 (d² = 2 - 2 cos).
/// </summary>
internal sealed class ArcFaceNet : IFaceMatcher
{
    private readonly Network _network;
    private readonly ChipAlignment[] _cuts;
    private readonly int _side;
    private readonly bool _isBgr;
    private readonly float[] _mean;
    private readonly float[] _factor;
    private readonly Mat _chip;
    private readonly float[] _unit;

    /// <exception cref="Core.Failures.FailureException">ModelMissing; ModelNotListed, also when the entry describes no such network.
    /// </exception>
    public ArcFaceNet(ModelStore store, ModelEntry model, FaceEngineFacts facts)
    {
        Facts = facts;
        ModelInput input = model.Input;
        if (input is not { Layout: "NCHW", Order: "RGB" or "BGR", Mean.Count: 3, Std.Count: 3 } || input.Shape is not [_, 3, > 0, _]
            || input.Shape[2] != input.Shape[3])
            throw ModelRefusal.NotListed($"{model.Id}: input must be NCHW, RGB or BGR, [1,3,S,S] with three means and three divisors");
        if (model.Output is not { Dim: > 0 and <= 4096 } output)
            throw ModelRefusal.NotListed($"{model.Id}: output needs a name and 1 to 4096 values");
        int side = _side = input.Shape[2];
        _cuts = ChipAlignment.ByName(input.Align, side)
            ?? throw ModelRefusal.NotListed($"{model.Id}: no alignment {input.Align}; known are {string.Join(", ", ChipAlignment.Names)}");
        _isBgr = input.Order == "BGR";
        _mean = [.. input.Mean];
        _factor = [.. input.Std.Select(s => 1 / s)];
        _unit = new float[output.Dim];
        _chip = new(side, side, MatType.CV_8UC3);
        _network = new(store.Locate(model.Id), input.Name, [1, 3, side, side], (output.Name, [1, output.Dim]));
    }

    public FaceEngineFacts Facts { get; }

    public int TemplateLength => _unit.Length;

    public void CreateTemplate(FaceImage face, Span<float> template)
    {
        using Mat view = Pixels.View(face.Bgr, face.Width, face.Height);
        template.Clear();
        foreach (ChipAlignment cut in _cuts)
        {
            cut.Fit(face.Landmarks).Warp(view, _chip, _side, _side);
            AddUnit(template);
            Cv2.Flip(_chip, _chip, FlipMode.Y);
            AddUnit(template);
        }

        Normalise(template, template);
        _network.Clear();
        _chip.SetTo(Scalar.All(0));
        Array.Clear(_unit);
    }

    public void Average(ReadOnlySpan<float> templates, Span<float> mean)
    {
        mean.Clear();
        for (int i = 0; i < templates.Length; i += TemplateLength) TensorPrimitives.Add(mean, templates.Slice(i, TemplateLength), mean);
        Normalise(mean, mean);
    }

    public double Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> probe) => TensorPrimitives.Distance(reference, probe);

    public void Dispose()
    {
        _network.Dispose();
        _chip.Dispose();
    }

    /// <summary>Scales to unit length. A zero vector stays zero; it is near to nobody.</summary>
    private static void Normalise(ReadOnlySpan<float> values, Span<float> unit) =>
        TensorPrimitives.Divide(values, Math.Max(TensorPrimitives.Norm(values), float.Epsilon * 1e10f), unit);

    private void AddUnit(Span<float> sum)
    {
        Pixels.ToPlanes(_chip, _network.Input, _mean, _factor, _isBgr);
        _network.Run();
        Normalise(_network.Output(0), _unit);
        TensorPrimitives.Add(sum, _unit, sum);
    }
}
