using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// An operator's network that tells a live face from a picture of one in a single frame (MiniFASNet and similar), described by its manifest
/// entry of role <c>pad</c> alone. None is shipped: such a network that works with one camera fails with another (README.md in the folder
/// above), so its threshold must be measured with this camera (<c>./dev bench pad</c>). Not for two threads at once.
/// </summary>
internal sealed class PassiveNet : IDisposable
{
    private const string Align = "box-";
    private readonly Network _network;
    private readonly float[] _mean;
    private readonly float[] _factor;
    private readonly float[] _shares;
    private readonly bool _isBgr;
    private readonly double _zoom;
    private readonly int _side;
    private readonly int _live;
    private readonly Mat _crop = new();

    private PassiveNet(ModelStore store, ModelEntry model, double least)
    {
        ModelInput input = model.Input;
        if (input is not { Layout: "NCHW", Order: "RGB" or "BGR", Mean.Count: 3, Std.Count: 3 } || input.Shape is not [_, 3, > 0, _]
            || input.Shape[2] != input.Shape[3])
            throw ModelRefusal.NotListed($"{model.Id}: input must be NCHW, RGB or BGR, [1,3,S,S] with three means and three divisors");
        if (!input.Align.StartsWith(Align, StringComparison.Ordinal)
            || !double.TryParse(input.Align[Align.Length..], CultureInfo.InvariantCulture, out _zoom) || _zoom is < 1 or > 6)
            throw ModelRefusal.NotListed(
            $"{model.Id}: align must be {Align} and how much larger than the face's box the square is, 1 to 6, as in box-2.7");
        if (model.Output is not { Dim: >= 2 and <= 16, Live: { } live } output || live < 0 || live >= output.Dim)
            throw ModelRefusal.NotListed($"{model.Id}: output needs a name, 2 to 16 classes (dim) and which of them is live");
        (Id, Least, _live, _side, _isBgr) = (model.Id, least, live, input.Shape[2], input.Order == "BGR");
        _mean = [.. input.Mean];
        _factor = [.. input.Std.Select(s => 1 / s)];
        _shares = new float[output.Dim];
        _network = new(store.Locate(model.Id), input.Name, [1, 3, _side, _side], (output.Name, [1, output.Dim]));
    }

    public string Id { get; }

    /// <summary>Least mean score of a live face.</summary>
    public double Least { get; }

    /// <summary>The first network of role <c>pad</c> that is present and approved for the profile; null: none.</summary>
    /// <exception cref="Core.Failures.FailureException">ModelNotListed: its entry is broken, or a digest differs.</exception>
    public static PassiveNet? Open(ModelStore store, string profile) =>
        store.Manifest.Models.FirstOrDefault(m => m.Role == "pad" && m.ApprovedFor.Contains(profile) && store.Has(m.Id)) is { } model
            ? new(store, model, (model.Thresholds.FirstOrDefault(t => t.Profile == profile)
            ?? throw ModelRefusal.NotListed($"{model.Id} has no threshold for {profile}")).Value)
            : null;

    /// <returns>0 (picture) to 1 (live).</returns>
    public double Score(Mat bgr, FaceShape shape)
    {
        using (Mat part = bgr.SubMat(Square(shape, bgr.Size())))
            Cv2.Resize(part, _crop, new Size(_side, _side), 0, 0, InterpolationFlags.Area);
        Pixels.ToPlanes(_crop, _network.Input, _mean, _factor, _isBgr);
        _network.Run();
        TensorPrimitives.SoftMax(_network.Output(0), _shares);
        double score = _shares[_live];
        _network.Clear();
        _crop.SetTo(Scalar.All(0));
        return score;
    }

    public void Dispose()
    {
        _network.Dispose();
        _crop.Dispose();
    }

    /// <summary>
    /// The square around the face, moved inside the picture. It is large because such networks look for the edge of a screen or sheet.
    /// </summary>
    private Rect Square(FaceShape shape, Size size)
    {
        Vector2 low = new(float.MaxValue), high = new(float.MinValue);
        foreach (Vector3 p in shape.Mesh) (low, high) = (Vector2.Min(low, new(p.X, p.Y)), Vector2.Max(high, new(p.X, p.Y)));
        int side = (int)Math.Min(_zoom * Math.Max(high.X - low.X, high.Y - low.Y), Math.Min(size.Width, size.Height));
        Vector2 centre = (low + high) / 2;
        return new(Math.Clamp((int)centre.X - (side / 2), 0, size.Width - side),
            Math.Clamp((int)centre.Y - (side / 2), 0, size.Height - side), Math.Max(side, 1), Math.Max(side, 1));
    }
}
