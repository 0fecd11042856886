namespace Kiosk.App.Benches;

/// <summary>A line that somebody moves while the bench listens.</summary>
/// <param name="isActive">As the device says it.</param>
/// <param name="move">Moves it; false: a person must.</param>
internal sealed class LineUnderTest(IDisposable device, Func<bool> isActive, Func<bool, CancellationToken, Task<bool>> move, TimeProvider time) : IDisposable
{
    private TaskCompletionSource<long> _told = new();
    private bool _wanted;

    public bool IsActive => isActive();

    /// <summary>To be hung on the device's Changed.</summary>
    public void Changed(bool active)
    {
        if (active == _wanted) _told.TrySetResult(time.GetTimestamp());
    }

    /// <summary>When the news of this value comes.</summary>
    public Task<long> NextAsync(bool active)
    {
        (_wanted, _told) = (active, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _told.Task;
    }

    public Task<bool> MoveAsync(bool active, CancellationToken stop) => move(active, stop);

    public void Dispose() => device.Dispose();
}
