using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>A person, or an empty room: a still view with a sway, whose head turns when there is a shape to turn.</summary>
/// <param name="view">640 x 480; owned.</param>
/// <param name="shape">Of the face in it; null: nothing turns.</param>
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

    /// <summary>Skin is light and even in infrared, and a head's sides fall away from the lamp.</summary>
    public void ToInfrared(Mat frame)
    {
        Infrared.Even(frame, 0.35, 110);
        if (shape is not null) Infrared.Round(frame, shape);
    }

    public void Dispose()
    {
        view.Dispose();
        _warp?.Dispose();
        _turned.Dispose();
    }
}

/// <summary>A bare wall: what there is to see without pictures.</summary>
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
