namespace Kiosk.ReceptionTerminal;

/// <summary>"Something on the page changed." Many rings while nobody listens are one.</summary>
internal sealed class Bell
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next ring. Take it before looking at the state, so that no change is missed.</summary>
    public Task Next => _next.Task;

    public void Ring() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
