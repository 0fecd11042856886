using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Runs blocking calls one after the other on a separate thread, and stops waiting for a call that hangs. After that no further call is
/// run for the caller; calls already queued run when the hung call returns.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The thread disposes queue and semaphore, because it uses them last.")]
internal sealed class AbandonableThread : IDisposable
{
    private readonly BlockingCollection<Action> _queue = [];
    private readonly SemaphoreSlim _done = new(0);
    private bool _isAbandoned;

    public AbandonableThread(string name)
    {
        Thread thread = new(Work) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <returns>False: this call or an earlier one hangs.</returns>
    public bool Run(Action call, TimeSpan timeout)
    {
        if (_isAbandoned) return false;
        _queue.Add(() =>
        {
            call();
            _done.Release();
        });
        _isAbandoned = !_done.Wait(timeout);
        return !_isAbandoned;
    }

    /// <summary>Waits on the caller's thread.</summary>
    public void Pause(TimeSpan time) => _done.Wait(time);

    /// <summary>Queues a call and does not wait for it.</summary>
    public void Post(Action call) => _queue.Add(call);

    /// <summary>The thread ends when the queue is empty.</summary>
    public void Dispose() => _queue.CompleteAdding();

    private void Work()
    {
        foreach (Action call in _queue.GetConsumingEnumerable()) call();
        _queue.Dispose();
        _done.Dispose();
    }
}
