using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>A person, or an empty room: one photograph with a slow sway. The head turns if the shape of the face is known.</summary>
/// <param name="view">640 x 480; this object disposes it.</param>
/// <param name="shape">Shape of the face in the view. Null: the head does not turn.</param>
internal sealed class StandingActor(Mat view, FaceShape? shape) : IActor
{
    private const double MostYaw = 32;
    private readonly HeadWarp? _warp = shape is null ? null : new(shape);
    private readonly Mat _turned = new();

    public void Draw(double seconds, HeadMove move, Mat frame)
    {
        using Mat sway = Sway.At(seconds, shape is null ? 0 : 1);
        Mat source = view;
        if (_warp is not null && !move.IsStill)
        {
            _warp.Draw(view, move with { Turn = move.Turn * MostYaw }, _turned);
            source = _turned;
        }

        Cv2.WarpAffine(source, frame, sway, view.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <summary>
    /// In near infrared, skin is bright and even, and the sides of the head get less light because they face away from the lamp.
    /// </summary>
    public void ToInfrared(Mat frame)
    {
        Infrared.Even(frame, 0.35, 110);
        if (shape is not null) Infrared.Round(frame, shape);
    }

    public LitSurface? Surface() => shape is null ? null : LitHead.From(view, shape, 63, new Random(1));

    public void Dispose()
    {
        view.Dispose();
        _warp?.Dispose();
        _turned.Dispose();
    }
}

/// <summary>A bare wall. It is shown when no pictures of people are available.</summary>
internal sealed class WallActor : IActor
{
    public void Draw(double seconds, HeadMove move, Mat frame) => frame.SetTo(new Scalar(120, 130, 135));

    public void ToInfrared(Mat frame)
    {
    }

    public void Dispose()
    {
    }
}
