namespace Kiosk.ReceptionTerminal;

/// <summary>
/// Wakes everybody who shows or works on the reception's state after it changed. Several changes while nobody waits count as one.
/// </summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next change. Take it before reading the state, so that no change is missed.</summary>
    public Task Next => _next.Task;

    public void Raise() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
