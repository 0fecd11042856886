namespace Kiosk.App.Benches;

/// <summary>A GPIO line (tamper switch, presence sensor) whose changes the bench waits for.</summary>
/// <param name="isActive">The state that the device reports.</param>
/// <param name="move">Changes the line; returns false when a person must do it.</param>
internal sealed class LineUnderTest(IDisposable device, Func<bool> isActive, Func<bool, CancellationToken, Task<bool>> move,
    TimeProvider time) : IDisposable
{
    private TaskCompletionSource<long> _changed = new();
    private bool _wanted;

    public bool IsActive => isActive();

    /// <summary>Handler for the device's Changed event.</summary>
    public void Changed(bool active)
    {
        if (active == _wanted) _changed.TrySetResult(time.GetTimestamp());
    }

    /// <summary>Time stamp at which the device reports this value.</summary>
    public Task<long> NextAsync(bool active)
    {
        (_wanted, _changed) = (active, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _changed.Task;
    }

    public Task<bool> MoveAsync(bool active, CancellationToken stop) => move(active, stop);

    public void Dispose() => device.Dispose();
}
