using System.Globalization;
using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>A UVC camera: V4L2 on Linux; Media Foundation, else DirectShow, on Windows.</summary>
public sealed class OpenCvCamera : ICamera
{
    /// <summary>Above this, sunlight is in the room and faces are backlit.</summary>
    private const double BrightLux = 2000;

    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly CameraFinder _finder;

    /// <param name="address">"0": the camera, see <see cref="CameraFinder"/>; another index, or a path (/dev/v4l/by-id/...).</param>
    /// <param name="finder">Finds its device file on Linux; null: one that knows of no other cameras.</param>
    public OpenCvCamera(string address, TimeProvider time, CameraFinder? finder = null) =>
        (_address, _time, _finder) = (address, time, finder ?? new CameraFinder(address));

    public string Name => $"camera {_address}";

    /// <summary>Brightness of the room now, lux; null: unknown. Read at each opening, for the exposure.</summary>
    public Func<double?>? Lux { get; init; }

    /// <summary>
    /// Asks for YUYV instead of Motion JPEG, which rounds colours more than the light's steps change them. A camera that cannot gives what
    /// it has. 147 Mbit/s: the camera needs a USB 2 bus of its own.
    /// </summary>
    public bool Uncompressed { get; init; }

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        try
        {
            (VideoCapture capture, string? path) = await Task.Run(Open, stop);
            return new CaptureStream(Name, new OpenCvSource(capture), () => path is null ? null : _finder.Exists(path), _time);
        }
        catch (TypeInitializationException broken) when (broken.InnerException is DllNotFoundException missing)
        {
            // OpenCV's native library needs some system libraries. The message names the missing one.
            string? library = missing.Message.Split('\n').FirstOrDefault(line => line.StartsWith("lib", StringComparison.Ordinal));
            throw CameraFault.Missing($"{Name}: OpenCV cannot start: {library ?? missing.Message.Split('\n')[0]}", broken);
        }
    }

    /// <returns>With the device file, /dev/videoN; null on Windows.</returns>
    private (VideoCapture Capture, string? Path) Open()
    {
        OpenCvSource.LimitWait();
        string? path = OperatingSystem.IsLinux() ? _finder.Find() : null;
        foreach (VideoCaptureAPIs api in Apis())
        {
            VideoCapture capture = path is null ? new(int.Parse(_address, CultureInfo.InvariantCulture), api) : new(path, api);
            if (capture.IsOpened())
            {
                Configure(capture);
                return (capture, path);
            }

            capture.Dispose();
        }

        // V4L2 lets every program open the device but only one stream. A camera that is there and does not open is in use.
        throw path is null ? CameraFault.Missing(Name) : CameraFault.Busy($"{Name}: {path}");
    }

    private static VideoCaptureAPIs[] Apis() =>
        OperatingSystem.IsWindows() ? [VideoCaptureAPIs.MSMF, VideoCaptureAPIs.DSHOW] : [VideoCaptureAPIs.V4L2];

    private void Configure(VideoCapture capture)
    {
        // MJPEG, because uncompressed 640 x 480 at 30 fps does not fit on USB 2 together with a second camera.
        capture.Set(VideoCaptureProperties.FourCC, Uncompressed ? VideoWriter.FourCC('Y', 'U', 'Y', 'V')
            : VideoWriter.FourCC('M', 'J', 'P', 'G'));
        capture.Set(VideoCaptureProperties.FrameWidth, CameraFrame.Width);
        capture.Set(VideoCaptureProperties.FrameHeight, CameraFrame.Height);
        capture.Set(VideoCaptureProperties.Fps, 30);
        capture.Set(VideoCaptureProperties.BufferSize, 1);
        // UVC's own backlight compensation (CT/PU_BACKLIGHT_COMPENSATION). A camera without it ignores this.
        if (Lux?.Invoke() is double lux) capture.Set(VideoCaptureProperties.BackLight, lux > BrightLux ? 1 : 0);
    }

    /// <summary>For cameras that do not support 640 x 480: cuts the picture to 4:3 in the middle, then scales it.</summary>
    internal static void Fit(Mat raw, Mat frame)
    {
        int width = Math.Min(raw.Width, raw.Height * 4 / 3);
        int height = Math.Min(raw.Height, raw.Width * 3 / 4);
        using Mat middle = raw.SubMat(new Rect((raw.Width - width) / 2, (raw.Height - height) / 2, width, height));
        Cv2.Resize(middle, frame, new Size(CameraFrame.Width, CameraFrame.Height), 0, 0, InterpolationFlags.Area);
    }
}
