namespace Kiosk.App.Visits;

/// <summary>
/// One use of the camera, from its opening to its end. It may be opened before the face check begins; then no frame is looked at yet.
/// Any thread may call. Disposed by who runs it.
/// </summary>
internal sealed class FaceWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _begin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _gaveUp;
    private bool _disposed;

    /// <param name="cannotTurn">Another movement than the head turn is asked for.</param>
    /// <param name="begun">False: the camera is only opened, until <see cref="TryBegin"/>.</param>
    /// <param name="over">The end of the visit.</param>
    public FaceWatch(bool cannotTurn, bool begun, CancellationToken over)
    {
        CannotTurn = cannotTurn;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(over);
        Stopped = _stop.Token;
        if (begun) _begin.SetResult();
    }

    public bool CannotTurn { get; }

    /// <summary>Completes when frames are to be looked at.</summary>
    public Task Begin => _begin.Task;

    public CancellationToken Stopped { get; }

    /// <returns>False: it has ended, or failed before anybody waited for it. Another one is needed.</returns>
    public bool TryBegin()
    {
        lock (_gate) return !_gaveUp && !_disposed && _begin.TrySetResult();
    }

    /// <returns>True: the face check had not begun, and will not begin with this one.</returns>
    public bool TryGiveUp()
    {
        lock (_gate) return _gaveUp = !_begin.Task.IsCompleted;
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (!_disposed) _stop.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _stop.Dispose();
    }
}
