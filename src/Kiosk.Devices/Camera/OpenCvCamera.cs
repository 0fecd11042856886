using System.Diagnostics;
using System.Globalization;
using Kiosk.Core.Failures;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>A UVC camera: V4L2 on Linux; Media Foundation, else DirectShow, on Windows.</summary>
/// <param name="address">Index ("0") or, on Linux, a path that stays the same after re-plugging (/dev/v4l/by-id/...).</param>
public sealed class OpenCvCamera(string address, TimeProvider time) : ICamera
{
    /// <summary>Above this, sunlight is in the room and faces are backlit.</summary>
    private const double BrightLux = 2000;

    public string Name => $"camera {address}";

    /// <summary>Brightness of the room now, lux; null: unknown. Read at each opening, for the exposure.</summary>
    public Func<double?>? Lux { get; init; }

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        VideoCapture capture;
        try
        {
            capture = await Task.Run(Open, stop);
        }
        catch (TypeInitializationException broken) when (broken.InnerException is DllNotFoundException missing)
        {
            // OpenCV's native library needs some system libraries. The message names the missing one.
            string? library = missing.Message.Split('\n').FirstOrDefault(line => line.StartsWith("lib", StringComparison.Ordinal));
            throw CameraFault.Missing($"{Name}: OpenCV cannot start: {library ?? missing.Message.Split('\n')[0]}", broken);
        }

        return new Stream(Name, capture, time);
    }

    private VideoCapture Open()
    {
        string? path = OperatingSystem.IsLinux() ? DevicePath() : null;
        if (path is not null && !File.Exists(path)) throw CameraFault.Missing($"{Name}: no {path}");
        foreach (VideoCaptureAPIs api in Apis())
        {
            VideoCapture capture = path is null ? new(int.Parse(address, CultureInfo.InvariantCulture), api) : new(path, api);
            if (capture.IsOpened())
            {
                Configure(capture);
                return capture;
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
        capture.Set(VideoCaptureProperties.FourCC, VideoWriter.FourCC('M', 'J', 'P', 'G'));
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

    private string DevicePath() => address.StartsWith('/') ? address : $"/dev/video{address}";

    private sealed class Stream : ICameraStream
    {
        private readonly string _name;
        private readonly VideoCapture _capture;
        private readonly FrameBox _box;
        private readonly Thread _thread;
        private volatile bool _stopping;

        public Stream(string name, VideoCapture capture, TimeProvider time)
        {
            _name = name;
            _capture = capture;
            _box = new(name, time);
            _thread = new(Grab) { IsBackground = true, Name = name };
            _thread.Start();
        }

        public ValueTask NextAsync(CameraFrame frame, CancellationToken stop) => _box.NextAsync(frame, stop);

        public async ValueTask DisposeAsync()
        {
            _stopping = true;
            _box.Close();
            // A read blocks for one frame, or for 10 s (limit of V4L2) when the camera has failed. The visit must not wait for that.
            await Task.Run(() => _thread.Join(500));
        }

        private void Grab()
        {
            FreezeWatch freeze = new();
            using Mat raw = new();
            using Mat frame = new();
            try
            {
                while (!_stopping)
                {
                    if (!_capture.Read(raw) || raw.Empty()) throw CameraFault.Missing($"{_name}: unplugged");
                    Fit(raw, frame);
                    if (freeze.Fault(Pixels.Bytes(frame)) is { } fault) throw CameraFault.Missing($"{_name}: {fault}");
                    _box.Put(Pixels.Bytes(frame), Captured());
                }
            }
            catch (FailureException e)
            {
                _box.Fail(e);
            }
            catch (Exception e)
            {
                _box.Fail(CameraFault.Missing(_name, e));
            }
            finally
            {
                if (!raw.Empty()) raw.SetTo(Scalar.All(0));
                if (!frame.Empty()) frame.SetTo(Scalar.All(0));
                _capture.Dispose();
                _box.Dispose();
            }
        }

        /// <summary>V4L2 stamps a frame with the monotonic clock (v4l2_buffer.timestamp), which is also .NET's stopwatch on
        /// Linux.</summary>
        private long Captured()
        {
            if (!OperatingSystem.IsLinux()) return 0;
            double ms = _capture.Get(VideoCaptureProperties.PosMsec);
            return ms > 0 ? (long)(ms * Stopwatch.Frequency / 1000) : 0;
        }
    }
}
