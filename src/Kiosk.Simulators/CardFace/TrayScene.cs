using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>Position of a card on the tray, and the light.</summary>
/// <param name="Turn">Degrees clockwise; 180: upside-down.</param>
/// <param name="Tilt">Share by which the far side looks shorter than the near side.</param>
/// <param name="Sleeve">The card is in a transparent sleeve: haze, visible edges and a soft reflection.</param>
/// <param name="Glare">Strength of the lamp's reflection, 0 to 1. At 1 the print under it cannot be seen.</param>
/// <param name="GlareX">Horizontal position of the reflection on the card, 0 (left) to 1 (right).</param>
/// <param name="GlareY">Vertical position of the reflection, 0 (top) to 1 (bottom).</param>
/// <param name="Blur">Sigma, pixels of the camera.</param>
/// <param name="Light">Brightness factor; 1: normal.</param>
public sealed record TrayLook(
    double Turn = 0, double Tilt = 0, bool Sleeve = false, double Glare = 0, double GlareX = 0.6, double GlareY = 0.5, double Blur = 0.5,
        double Light = 1, double X = 0, double Y = 0);

/// <summary>Draws the view of the camera above the tray: 640 x 480, a dark tray, the card 560 pixels wide.</summary>
public static class TrayScene
{
    private const double CardWidth = 560;
    private static readonly Scalar Tray = new(48, 44, 42);

    /// <param name="card">As <see cref="CardDrawing"/> draws it; null: an empty tray.</param>
    /// <param name="frame">640 x 480, 8-bit BGR; every pixel is written.</param>
    public static void Draw(Mat? card, TrayLook look, Mat frame)
    {
        frame.SetTo(Tray);
        (int width, int height) = (frame.Width, frame.Height);
        for (int y = 0; y < height; y += 16) frame.Line(0, y, width, y, new Scalar(52, 48, 46));
        if (card is not null) Lay(card, look, frame);
        if (look.Blur > 0) Cv2.GaussianBlur(frame, frame, new Size(0, 0), look.Blur);
        if (look.Light != 1) frame.ConvertTo(frame, -1, look.Light);
        using Mat more = new(frame.Size(), frame.Type()), less = new(frame.Size(), frame.Type());
        Cv2.Randn(more, Scalar.All(0), Scalar.All(3));
        Cv2.Randn(less, Scalar.All(0), Scalar.All(3));
        Cv2.Add(frame, more, frame);
        Cv2.Subtract(frame, less, frame);
    }

    private static void Lay(Mat card, TrayLook look, Mat frame)
    {
        using Mat shown = card.Clone();
        if (look.Sleeve) PutInSleeve(shown);
        if (look.Glare > 0) Shine(shown, look);
        double scale = CardWidth / card.Width, angle = look.Turn * Math.PI / 180;
        Point2f[] from = [new(0, 0), new(card.Width, 0), new(card.Width, card.Height), new(0, card.Height)];
        Point2f[] to = [.. from.Select(p =>
        {
            double x = (p.X - (card.Width / 2.0)) * scale, y = (p.Y - (card.Height / 2.0)) * scale;
            (x, y) = ((x * Math.Cos(angle)) - (y * Math.Sin(angle)), (x * Math.Sin(angle)) + (y * Math.Cos(angle)));
            double nearer = 1 + (look.Tilt * y / 200);
            return new Point2f((float)(320 + look.X + (x * nearer)), (float)(240 + look.Y + (y * nearer)));
        })];
        using Mat transform = Cv2.GetPerspectiveTransform(from, to);
        if (look.Sleeve)
        {
            Point[] edge = [.. to.Select(p => new Point(p.X + ((p.X - 320) * 0.04), p.Y + ((p.Y - 240) * 0.06)))];
            frame.FillConvexPoly(edge, new Scalar(70, 66, 64), LineTypes.AntiAlias);
            frame.Polylines([edge], true, new Scalar(150, 150, 150), 1, LineTypes.AntiAlias);
        }

        using Mat smooth = new();
        Cv2.GaussianBlur(shown, smooth, new Size(0, 0), 0.7); // blur of the lens when 856 pixels are reduced to 560
        Cv2.WarpPerspective(smooth, frame, transform, frame.Size(), InterpolationFlags.Linear, BorderTypes.Transparent);
    }

    private static void PutInSleeve(Mat card)
    {
        card.ConvertTo(card, -1, 0.80, 38);
        card.Line(card.Width - 30, 0, card.Width - 30, card.Height, new Scalar(235, 235, 235), 3, LineTypes.AntiAlias);
        using Mat streak = new(card.Size(), card.Type(), Scalar.All(0));
        streak.Line(card.Width / 5, 0, card.Width / 2, card.Height, Scalar.All(34), 60, LineTypes.AntiAlias);
        Cv2.GaussianBlur(streak, streak, new Size(0, 0), 22);
        Cv2.Add(card, streak, card);
    }

    private static void Shine(Mat card, TrayLook look)
    {
        using Mat spot = new(card.Size(), card.Type(), Scalar.All(0));
        Cv2.Ellipse(spot, new Point(look.GlareX * card.Width, look.GlareY * card.Height), new Size(110, 70), -20, 0, 360,
            Scalar.All(255 * look.Glare), -1);
        Cv2.GaussianBlur(spot, spot, new Size(0, 0), 30);
        Cv2.Add(card, spot, card);
    }
}
