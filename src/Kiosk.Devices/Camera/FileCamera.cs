using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>
/// A recording that replaces a camera, with a camera's timing: a video, or a folder of pictures in the order of their names, at 30 frames
/// a second, repeated from the beginning. For benches and for faults that a technician recorded. The file is only read. Frames that the
/// reader cannot take in time are dropped, as with a camera.
/// </summary>
/// <param name="path">Setting <c>face.camera</c> or <c>card.camera</c>: <c>file:PATH</c>, here without the prefix.</param>
public sealed class FileCamera(string path, TimeProvider time) : ICamera
{
    /// <summary>Prefix of the address of a recording.</summary>
    public const string Prefix = "file:";

    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".bmp"];
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(300);

    public string Name => $"recording {Path.GetFileName(path)}";

    /// <summary>The camera at an address of the configuration: a recording or a device.</summary>
    /// <param name="lux">See <see cref="OpenCvCamera.Lux"/>.</param>
    /// <param name="uncompressed">See <see cref="OpenCvCamera.Uncompressed"/>.</param>
    /// <param name="finder">Finds the device file; shared with who watches the camera. Null: one of its own.</param>
    public static ICamera At(string address, TimeProvider time, Func<double?>? lux = null, CameraFinder? finder = null,
        bool uncompressed = false) =>
        address.StartsWith(Prefix, StringComparison.Ordinal)
        ? new FileCamera(address[Prefix.Length..], time)
        : new OpenCvCamera(address, time, finder) { Lux = lux, Uncompressed = uncompressed };

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (!Path.Exists(path)) throw CameraFault.Missing($"{Name}: no such file or folder");
        await Task.Delay(OpenTime, time, stop);
        Recording reel = new(path, Name);
        return new DrawnStream(Name, reel.Draw, time, reel.Dispose, watched: true);
    }

    /// <summary>Plays the recording again and again. The buffers are zeroed at the end.</summary>
    private sealed class Recording : IDisposable
    {
        private readonly string _name;
        private readonly string[] _files = [];
        private readonly VideoCapture? _video;
        private readonly Mat _raw = new();
        private int _next;

        public Recording(string path, string name)
        {
            _name = name;
            if (Directory.Exists(path))
                _files =
                [
                    .. Directory.EnumerateFiles(path)
                        .Where(f => Pictures.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal),
                ];
            else _video = new(path, VideoCaptureAPIs.FFMPEG);
            if (_files.Length == 0 && _video?.IsOpened() is not true)
                throw CameraFault.Missing($"{name}: neither a video nor a folder of {string.Join(", ", Pictures)}");
        }

        public void Draw(double seconds, Mat frame)
        {
            if (!(_video is null ? ReadPicture() : ReadVideo())) throw CameraFault.Missing($"{_name}: a picture cannot be read");
            OpenCvCamera.Fit(_raw, frame);
        }

        public void Dispose()
        {
            if (!_raw.Empty()) _raw.SetTo(Scalar.All(0));
            _raw.Dispose();
            _video?.Dispose();
        }

        private bool ReadPicture()
        {
            using Mat picture = Cv2.ImRead(_files[_next], ImreadModes.Color);
            _next = (_next + 1) % _files.Length;
            if (picture.Empty()) return false;
            picture.CopyTo(_raw);
            picture.SetTo(Scalar.All(0));
            return true;
        }

        private bool ReadVideo()
        {
            if (_video!.Read(_raw) && !_raw.Empty()) return true;
            _video.Set(VideoCaptureProperties.PosFrames, 0);
            return _video.Read(_raw) && !_raw.Empty();
        }
    }
}
