using System.Diagnostics;
using System.Runtime.InteropServices;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>
/// A camera opened by OpenCV. Motion JPEG is taken undecoded, because OpenCV's own decoding does not tell a cut-off picture from a whole
/// one.
/// </summary>
internal sealed partial class OpenCvSource : IFrameSource
{
    /// <summary>Seconds after which OpenCV gives up waiting for a frame. Its own value is 10 s, and so long it holds the device file: a
    /// camera that is plugged in again meanwhile gets another number.</summary>
    internal const string WaitVariable = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT";

    private static readonly int MotionJpegCode = VideoWriter.FourCC('M', 'J', 'P', 'G');

    private readonly VideoCapture _capture;
    private readonly bool _undecoded;
    private readonly Mat _raw = new();

    /// <param name="capture">Open and configured; owned from now on.</param>
    public OpenCvSource(VideoCapture capture)
    {
        _capture = capture;
        // Media Foundation and DirectShow decode by themselves.
        _undecoded = OperatingSystem.IsLinux() && (int)capture.Get(VideoCaptureProperties.FourCC) == MotionJpegCode
            && capture.Set(VideoCaptureProperties.ConvertRgb, 0);
    }

    /// <summary>V4L2 stamps a frame with the monotonic clock (v4l2_buffer.timestamp), which is also .NET's stopwatch on Linux.</summary>
    public long Captured
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return 0;
            double ms = _capture.Get(VideoCaptureProperties.PosMsec);
            return ms > 0 ? (long)(ms * Stopwatch.Frequency / 1000) : 0;
        }
    }

    /// <summary>Limits how long a read blocks. Must be called before OpenCV opens its first camera: it reads the variable once.</summary>
    public static void LimitWait()
    {
        // Environment.SetEnvironmentVariable changes .NET's copy only; OpenCV asks the C library.
        if (OperatingSystem.IsLinux()) _ = SetVariable(WaitVariable, "1", 0);
    }

    public bool TryRead(Mat bgr)
    {
        if (!_undecoded) return _capture.Read(bgr) && !bgr.Empty();
        return _capture.Read(_raw) && !_raw.Empty() && Decode(_raw, bgr);
    }

    /// <param name="raw">The driver's buffer: one JPEG, then padding. Or, from a driver that converts all the same, a picture.</param>
    internal static bool Decode(Mat raw, Mat bgr)
    {
        if (raw.Type() == MatType.CV_8UC3)
        {
            raw.CopyTo(bgr);
            return true;
        }
        ReadOnlySpan<byte> bytes = Pixels.Bytes(raw);
        int length = MotionJpeg.Length(bytes);
        if (length == 0) return false;
        using Mat picture = Cv2.ImDecode(bytes[..length], ImreadModes.Color);
        if (picture.Empty()) return false;
        picture.CopyTo(bgr);
        picture.SetTo(Scalar.All(0));
        return true;
    }

    public void Dispose()
    {
        if (!_raw.Empty()) _raw.SetTo(Scalar.All(0));
        _raw.Dispose();
        _capture.Dispose();
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
