using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Devices.Camera;

/// <summary>Passes the newest frame from the camera's thread to its readers. Holds one frame, not a queue.</summary>
/// <param name="name">The camera's name, for the failure's detail.</param>
/// <param name="silent">Makes the failure of a camera that gives no frame for two seconds; null: CameraMissing.</param>
internal sealed class FrameBox(string name, TimeProvider time, Func<FailureException>? silent = null) : IDisposable
{
    /// <summary>
    /// Without a frame for twice this time the camera counts as gone. A UVC camera at 30 fps gives a frame every 33 ms, in the dark every
    /// 133 ms. There are two waits because the whole program may stand still for seconds on a busy machine: the first wait then ends
    /// although the camera was not silent.
    /// </summary>
    private static readonly TimeSpan HalfPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CameraFrame _newest = new();
    private readonly ChangeSignal _arrived = new();
    private FailureException? _fault;

    /// <summary>Called by the camera's thread.</summary>
    /// <param name="captured">See <see cref="CameraFrame.Captured"/>.</param>
    /// <param name="dropped">See <see cref="CameraFrame.Dropped"/>.</param>
    public void Put(ReadOnlySpan<byte> bgr, long captured = 0, long dropped = 0)
    {
        lock (_lock)
        {
            bgr.CopyTo(_newest.Bgr);
            _newest.Number++;
            _newest.Arrived = time.GetTimestamp();
            _newest.Captured = captured;
            _newest.Dropped = dropped;
            _arrived.Notify();
        }
    }

    /// <summary>Called last by the camera's thread. Every reader gets this failure from now on.</summary>
    public void Fail(FailureException fault)
    {
        lock (_lock)
        {
            _fault ??= fault;
            _arrived.Notify();
        }
    }

    /// <summary>Ends the stream: waiting readers get CameraMissing.</summary>
    public void Close() => Fail(CameraFault.Missing($"{name}: closed"));

    public async ValueTask NextAsync(CameraFrame frame, CancellationToken stop)
    {
        bool waited = false;
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_fault is { } fault) throw new FailureException(fault.Failure, fault.Detail, fault);
                if (_newest.Number > frame.Number)
                {
                    _newest.Bgr.CopyTo(frame.Bgr);
                    (frame.Number, frame.Arrived, frame.Captured) = (_newest.Number, _newest.Arrived, _newest.Captured);
                    frame.Dropped = _newest.Dropped;
                    return;
                }

                arrived = _arrived.Next;
            }

            try
            {
                await arrived.WaitAsync(HalfPatience, time, stop);
            }
            catch (TimeoutException) when (!waited)
            {
                waited = true;
            }
            catch (TimeoutException)
            {
                Fail(silent?.Invoke() ?? CameraFault.Missing($"{name}: no frame for {2 * HalfPatience.TotalSeconds} s"));
            }
        }
    }

    public void Dispose()
    {
        lock (_lock) _newest.Dispose();
    }
}
