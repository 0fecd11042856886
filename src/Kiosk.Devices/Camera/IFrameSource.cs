using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>An open camera, as <see cref="CaptureStream"/> reads it. Used by one thread; Dispose closes the device file.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Waits for the next frame. May block for as long as the driver does.</summary>
    /// <param name="bgr">Gets an 8-bit BGR picture of any size.</param>
    /// <returns>False: no frame came, or it was empty or damaged; nothing of <paramref name="bgr"/> may be used.</returns>
    bool TryRead(Mat bgr);

    /// <summary>See <see cref="CameraFrame.Captured"/>; of the last frame.</summary>
    long Captured { get; }
}
