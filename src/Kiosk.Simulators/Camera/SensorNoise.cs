using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>Adds the errors of a cheap sensor: new noise in every frame, and dark frames until the exposure has settled.</summary>
internal sealed class SensorNoise : IDisposable
{
    private const int Room = 64;
    private readonly Mat _more = new(CameraFrame.Height + Room, CameraFrame.Width + Room, MatType.CV_8UC3);
    private readonly Mat _less = new(CameraFrame.Height + Room, CameraFrame.Width + Room, MatType.CV_8UC3);
    private int _count;

    public SensorNoise()
    {
        // Negative values are cut to zero, so each of the two pictures holds half of the noise.
        Cv2.Randn(_more, Scalar.All(0), Scalar.All(3));
        Cv2.Randn(_less, Scalar.All(0), Scalar.All(3));
    }

    public void Apply(Mat frame, double seconds)
    {
        double exposure = 1 - (0.75 * Math.Exp(-seconds / 0.15));
        if (exposure < 0.99) frame.ConvertTo(frame, -1, exposure);
        _count++;
        using Mat more = _more.SubMat(new Rect(_count * 7 % Room, _count * 13 % Room, CameraFrame.Width, CameraFrame.Height));
        using Mat less = _less.SubMat(new Rect(_count * 11 % Room, _count * 5 % Room, CameraFrame.Width, CameraFrame.Height));
        Cv2.Add(frame, more, frame);
        Cv2.Subtract(frame, less, frame);
    }

    public void Dispose()
    {
        _more.Dispose();
        _less.Dispose();
    }
}
