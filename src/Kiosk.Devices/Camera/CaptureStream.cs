using Kiosk.Core.Failures;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.Camera;

/// <summary>
/// The frames of an open camera, read by a thread of their own. Single empty or damaged frames are dropped and counted
/// (<see cref="CameraFrame.Dropped"/>), because many UVC cameras send one now and then. Nothing else for about a second is a failure: the
/// picture is damaged if the device file is still there, else the camera is missing (on Windows always).
/// </summary>
internal sealed class CaptureStream : ICameraStream
{
    /// <summary>Without a whole frame for this time the stream fails.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The same before the first frame: a UVC camera starts slowly, and often with damaged frames.</summary>
    internal static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    /// <summary>After a read that failed at once. Without it a driver that answers immediately would keep a core busy.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly string _name;
    private readonly IFrameSource _source;
    private readonly Func<bool?> _isThere;
    private readonly TimeProvider _time;
    private readonly FrameBox _box;
    private readonly Thread _thread;
    private long _dropped;
    private volatile bool _stopping;

    /// <param name="source">Owned from now on. Closed by the stream's thread, also when a read ends only after the stream.</param>
    /// <param name="isThere">Whether the device file is still there; null: unknown (Windows).</param>
    public CaptureStream(string name, IFrameSource source, Func<bool?> isThere, TimeProvider time)
    {
        (_name, _source, _isThere, _time) = (name, source, isThere, time);
        // The thread finds most failures; the box finds a read that blocks.
        _box = new(name, time, Lost);
        _thread = new(Grab) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public ValueTask NextAsync(CameraFrame frame, CancellationToken stop) => _box.NextAsync(frame, stop);

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _box.Close();
        // A read blocks for one frame, or for a second when the camera has failed. The visit must not wait for that.
        await Task.Run(() => _thread.Join(500));
    }

    private void Grab()
    {
        FreezeWatch freeze = new();
        using Mat raw = new();
        using Mat frame = new();
        try
        {
            long last = _time.GetTimestamp();
            bool started = false;
            while (!_stopping)
            {
                if (!_source.TryRead(raw) || raw.Empty())
                {
                    Interlocked.Increment(ref _dropped);
                    // Without the device file no frame can come any more.
                    if (_time.GetElapsedTime(last) >= (started ? Patience : StartPatience) || _isThere() is false) throw Lost();
                    Thread.Sleep(Pause);
                    continue;
                }

                (last, started) = (_time.GetTimestamp(), true);
                OpenCvCamera.Fit(raw, frame);
                if (freeze.Fault(Pixels.Bytes(frame)) is { } fault) throw CameraFault.Missing($"{_name}: {fault}");
                _box.Put(Pixels.Bytes(frame), _source.Captured, Interlocked.Read(ref _dropped));
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
            _source.Dispose();
            _box.Dispose();
        }
    }

    private FailureException Lost() => _isThere() is true
        ? CameraFault.Damaged($"{_name}: no whole picture; {Interlocked.Read(ref _dropped)} dropped")
        : CameraFault.Missing($"{_name}: unplugged");
}
