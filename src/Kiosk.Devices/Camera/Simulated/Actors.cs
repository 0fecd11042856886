using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Devices.Camera.Simulated;

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

/// <summary>A photograph on paper in somebody's hand: moves and turns, but as a plane.</summary>
/// <param name="room">640 x 480; owned.</param>
/// <param name="paper">The print with its white border; owned.</param>
internal sealed class PrintActor(Mat room, Mat paper) : IActor
{
    private const double MostYaw = 38;
    private const double Focal = 900; // pixels: a 640-pixel view of some 40 degrees

    public void Draw(double seconds, HeadMove move, Mat frame)
    {
        double yaw = ((move.Turn * MostYaw) + (3 * Math.Sin(1.9 * seconds))) * Math.PI / 180;
        double pitch = 3 * Math.Sin((1.4 * seconds) + 1) * Math.PI / 180;
        (double halfWidth, double halfHeight) = (paper.Width / 2.0, paper.Height / 2.0);
        Point2f[] corners = [.. Corners(halfWidth, halfHeight).Select(c => Project(c.X, c.Y, yaw, pitch))];
        using Mat homography = Cv2.GetPerspectiveTransform(
            [new Point2f(0, 0), new Point2f(paper.Width, 0), new Point2f(paper.Width, paper.Height), new Point2f(0, paper.Height)], corners);
        using Mat sway = Sway.At(seconds, 2);
        using Mat moved = new();
        room.CopyTo(moved);
        Cv2.WarpPerspective(paper, moved, homography, moved.Size(), InterpolationFlags.Linear, BorderTypes.Transparent);
        Cv2.WarpAffine(moved, frame, sway, moved.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <summary>Most inks are clear to infrared: the paper shines through, and evenly.</summary>
    public void ToInfrared(Mat frame) => Infrared.Even(frame, 0.12, 170);

    public void Dispose()
    {
        room.Dispose();
        paper.Dispose();
    }

    private static (double X, double Y)[] Corners(double x, double y) => [(-x, -y), (x, -y), (x, y), (-x, y)];

    private static Point2f Project(double x, double y, double yaw, double pitch)
    {
        double depth = (x * Math.Sin(yaw)) + (y * Math.Sin(pitch));
        double nearer = Focal / (Focal + depth);
        return new((float)(320 + (x * Math.Cos(yaw) * nearer)), (float)(240 + (y * Math.Cos(pitch) * nearer)));
    }
}
