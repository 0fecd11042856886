using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>A printed photograph held in a hand. It moves and turns, and is flat or bent about a vertical axis.</summary>
/// <param name="room">640 x 480; this object disposes it.</param>
/// <param name="paper">The print with its white border; this object disposes it.</param>
/// <param name="bend">Half of the bending angle, radians, with the middle of the paper nearest to the camera; 0: flat.</param>
internal sealed class PrintActor(Mat room, Mat paper, double bend = 0) : IActor
{
    private const double MostYaw = 38;
    private const double Focal = 900; // pixels; 640 pixels are then about 40 degrees
    private const int Strips = 24;

    public void Draw(double seconds, HeadMove move, Mat frame)
    {
        double yaw = ((move.Turn * MostYaw) + (3 * Math.Sin(1.9 * seconds))) * Math.PI / 180;
        double pitch = 3 * Math.Sin((1.4 * seconds) + 1) * Math.PI / 180;
        using Mat sway = Sway.At(seconds, 2);
        using Mat moved = new();
        room.CopyTo(moved);
        int strips = bend == 0 ? 1 : Strips;
        // Draw the side that is further away first.
        for (int i = 0; i < strips; i++) Lay(yaw > 0 ? strips - 1 - i : i, strips, yaw, pitch, moved);
        Cv2.WarpAffine(moved, frame, sway, moved.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <summary>Most inks are transparent in infrared: the picture becomes an almost even, bright paper.</summary>
    public void ToInfrared(Mat frame) => Infrared.Even(frame, 0.12, 170);

    public LitSurface Surface() => LitAttack.Print(room, paper, bend, 440, new Random(1));

    public void Dispose()
    {
        room.Dispose();
        paper.Dispose();
    }

    private void Lay(int strip, int strips, double yaw, double pitch, Mat onto)
    {
        int left = paper.Width * strip / strips, right = paper.Width * (strip + 1) / strips;
        Point2f[] corners = [.. new[] { (left, 0), (right, 0), (right, paper.Height), (left, paper.Height) }.Select(
            c => Project(c.Item1, c.Item2, yaw, pitch))];
        using Mat part = paper.SubMat(0, paper.Height, left, right);
        using Mat homography = Cv2.GetPerspectiveTransform(
            [new Point2f(0, 0), new Point2f(right - left, 0), new Point2f(right - left, paper.Height), new Point2f(0, paper.Height)],
                corners);
        Cv2.WarpPerspective(part, onto, homography, onto.Size(), InterpolationFlags.Linear, BorderTypes.Transparent);
    }

    private Point2f Project(double column, double row, double yaw, double pitch)
    {
        double half = paper.Width / 2.0, x = column - half, y = row - (paper.Height / 2.0), back = 0;
        if (bend > 0)
        {
            double radius = half / bend, angle = x / radius;
            (x, back) = (radius * Math.Sin(angle), radius * (1 - Math.Cos(angle)));
        }

        double depth = (x * Math.Sin(yaw)) + (back * Math.Cos(yaw)) + (y * Math.Sin(pitch));
        double nearer = Focal / (Focal + depth);
        return new((float)(320 + (((x * Math.Cos(yaw)) - (back * Math.Sin(yaw))) * nearer)), (float)(240 + (y * Math.Cos(pitch) * nearer)));
    }
}
