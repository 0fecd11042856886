using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// The mirror picture on the screen. It reads its own copy of the camera's frames, so it does not disturb the comparison.
/// </summary>
internal sealed class PreviewFeed : IDisposable
{
    private static readonly int[] Quality = [(int)ImwriteFlags.JpegQuality, 75];

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CameraFrame _frame = new();
    private readonly Mat _mirrored = new();
    private TaskCompletionSource<ICameraStream?>? _stream;
    private byte[] _jpeg = [];

    /// <summary>From now on viewers wait for the camera; before, they get null.</summary>
    public void Opening() => _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open(ICameraStream stream) => _stream?.TrySetResult(stream);

    /// <summary>Viewers get null from now on; the last picture is zeroed. The caller closes the stream.</summary>
    public async Task CloseAsync()
    {
        Interlocked.Exchange(ref _stream, null)?.TrySetResult(null);
        await _one.WaitAsync();
        Array.Clear(_jpeg);
        _frame.Clear();
        if (!_mirrored.Empty()) _mirrored.SetTo(Scalar.All(0));
        _one.Release();
    }

    /// <summary>Valid until the viewer's next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        if (_stream is not { } opening || await opening.Task.WaitAsync(stop) is not { } stream) return null;
        await _one.WaitAsync(stop);
        try
        {
            await stream.NextAsync(_frame, stop);
            if (_stream != opening) return null;
            Array.Clear(_jpeg);
            _jpeg = Encode();
            return _jpeg;
        }
        catch (FailureException)
        {
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _frame.Dispose();
        _mirrored.Dispose();
    }

    private byte[] Encode()
    {
        using Mat view = Pixels.View(_frame.Bgr, CameraFrame.Width, CameraFrame.Height);
        Cv2.Flip(view, _mirrored, FlipMode.Y);
        Cv2.ImEncode(".jpg", _mirrored, out byte[] jpeg, Quality);
        return jpeg;
    }
}
