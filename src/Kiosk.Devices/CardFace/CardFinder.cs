using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>Finds the bright rectangle with the shape of a card on the dark tray and straightens it.</summary>
internal sealed class CardFinder : IDisposable
{
    private const double Aspect = (double)CardLayout.Width / CardLayout.Height;
    private const double AspectFree = 0.22;

    /// <summary>Smallest share of the picture. The print on a smaller card cannot be read.</summary>
    private const double LeastShare = 0.12;

    /// <summary>Brightness of the card minus brightness of the tray, of 255. A card in the dark still has 12.</summary>
    private const double LeastContrast = 10;

    private static readonly Point2f[] Corners =
        [new(0, 0), new(CardLayout.Width, 0), new(CardLayout.Width, CardLayout.Height), new(0, CardLayout.Height)];
    private readonly Mat _grey = new();
    private readonly Mat _light = new();

    /// <param name="picture">8-bit BGR picture of the tray.</param>
    /// <param name="straight">Written if a card was found: 856 x 540, grey. The card may be upside down.</param>
    /// <returns>False: nothing has the shape of a card.</returns>
    public bool TryStraighten(Mat picture, Mat straight)
    {
        Cv2.CvtColor(picture, _grey, ColorConversionCodes.BGR2GRAY);
        Cv2.GaussianBlur(_grey, _light, new Size(5, 5), 0);
        Cv2.Threshold(_light, _light, 0, 255, ThresholdTypes.Binary | ThresholdTypes.Otsu);
        if (!StandsOut()) return false;
        // Close the dark gaps of the print, so that the card is one piece.
        using (Mat kernel = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(9, 9)))
            Cv2.MorphologyEx(_light, _light, MorphTypes.Close, kernel);
        Cv2.FindContours(_light, out Point[][] contours, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
        double least = LeastShare * _grey.Total();
        foreach (Point[] contour in contours.OrderByDescending(c => Cv2.ContourArea(c)).Take(3))
        {
            if (Cv2.ContourArea(contour) < least) break;
            if (Quad(contour) is not { } quad) continue;
            using Mat transform = Cv2.GetPerspectiveTransform(quad, Corners);
            Cv2.WarpPerspective(_grey, straight, transform, new Size(CardLayout.Width, CardLayout.Height), InterpolationFlags.Cubic,
                BorderTypes.Replicate);
            return true;
        }

        return false;
    }

    public void Clear()
    {
        foreach (Mat buffer in (Mat[])[_grey, _light])
        {
            if (!buffer.Empty()) buffer.SetTo(Scalar.All(0));
        }
    }

    public void Dispose()
    {
        _grey.Dispose();
        _light.Dispose();
    }

    /// <summary>Checks the contrast. In an empty tray the threshold only separates noise.</summary>
    private bool StandsOut()
    {
        double light = Cv2.Mean(_grey, _light).Val0, all = Cv2.Mean(_grey).Val0, share = (double)Cv2.CountNonZero(_light) / _grey.Total();
        return share < 1 && light - ((all - (light * share)) / (1 - share)) >= LeastContrast;
    }

    /// <summary>Fits four sides to the contour, without its rounded corners. Corners clockwise, beginning with a long side.</summary>
    private static Point2f[]? Quad(Point[] contour)
    {
        Point[] hull = Cv2.ConvexHull(contour);
        RotatedRect around = Cv2.MinAreaRect(hull);
        if (Cv2.ContourArea(hull) < 0.85 * around.Size.Width * around.Size.Height) return null;
        Point2f[] rough = [.. around.Points()];
        Line2D[] sides = new Line2D[4];
        for (int i = 0; i < 4; i++)
        {
            Point2f a = rough[i], b = rough[(i + 1) % 4];
            double length = a.DistanceTo(b);
            List<Point> near = [];
            foreach (Point p in contour)
            {
                double along = (((p.X - a.X) * (b.X - a.X)) + ((p.Y - a.Y) * (b.Y - a.Y))) / (length * length);
                double off = Math.Abs(((p.X - a.X) * (b.Y - a.Y)) - ((p.Y - a.Y) * (b.X - a.X))) / length;
                if (along is > 0.12 and < 0.88 && off < 0.09 * length) near.Add(p);
            }

            if (near.Count < 20) return null;
            sides[i] = Cv2.FitLine(near, DistanceTypes.Huber, 0, 0.01, 0.01);
        }

        Point2f[] corners = new Point2f[4];
        for (int i = 0; i < 4; i++)
        {
            if (Cross(sides[(i + 3) % 4], sides[i]) is not { } corner) return null;
            corners[i] = corner;
        }

        double first = corners[0].DistanceTo(corners[1]) + corners[2].DistanceTo(corners[3]);
        double second = corners[1].DistanceTo(corners[2]) + corners[3].DistanceTo(corners[0]);
        if (first < second) (corners, first, second) = ([corners[1], corners[2], corners[3], corners[0]], second, first);
        return Math.Abs((first / second) - Aspect) < AspectFree * Aspect ? corners : null;
    }

    private static Point2f? Cross(Line2D a, Line2D b)
    {
        double bend = (a.Vx * b.Vy) - (a.Vy * b.Vx);
        if (Math.Abs(bend) < 0.5) return null;
        double along = (((b.X1 - a.X1) * b.Vy) - ((b.Y1 - a.Y1) * b.Vx)) / bend;
        return new((float)(a.X1 + (along * a.Vx)), (float)(a.Y1 + (along * a.Vy)));
    }
}
