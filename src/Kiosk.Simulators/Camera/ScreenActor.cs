using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// A tablet held in a hand. It plays a film of a person who does what the kiosk asks, as if the attacker started the film at the right
/// moment. No challenge stops this attack.
/// </summary>
/// <param name="person">The person in the film; disposed by its owner.</param>
/// <param name="room">640 x 480; this object disposes it.</param>
/// <param name="still">Shows one picture instead of the film. The tablet itself is turned, as a plane.</param>
internal sealed class ScreenActor(IActor person, Mat room, bool still = false) : IActor
{
    private static readonly Rect Glass = new(54, 40, 532, 399);
    private readonly Mat _film = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
    private readonly Mat _shown = new();

    public void Draw(double seconds, HeadMove move, Mat frame)
    {
        person.Draw(still ? 0 : seconds, still ? default : move, _film);
        room.CopyTo(frame);
        frame.Rectangle(new Rect(Glass.X - 18, Glass.Y - 18, Glass.Width + 36, Glass.Height + 36), new Scalar(16, 16, 16), -1);
        Cv2.Resize(_film, _shown, Glass.Size, 0, 0, InterpolationFlags.Area);
        using Mat glass = frame.SubMat(Glass);
        _shown.CopyTo(glass);
        using Mat sway = Sway.At(seconds, 1);
        Cv2.WarpAffine(frame, _film, sway, frame.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        _film.CopyTo(frame);
    }

    /// <summary>A screen emits no near-infrared light.</summary>
    public void ToInfrared(Mat frame) => Infrared.Even(frame, 0.05, 14);

    public void Dispose()
    {
        room.Dispose();
        _film.Dispose();
        _shown.Dispose();
    }
}
