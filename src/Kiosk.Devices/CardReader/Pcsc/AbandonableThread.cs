using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Runs blocking calls one after the other on a thread of its own, and gives up waiting for one that hangs. Once given up
/// on, nothing more is run for the caller; the rest of the queue runs whenever the hung call returns.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The thread disposes queue and semaphore: it is the last to use them.")]
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

    /// <returns>False: it hangs, or an earlier one does.</returns>
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

    /// <summary>Waits on the caller's side.</summary>
    public void Pause(TimeSpan time) => _done.Wait(time);

    /// <summary>Runs it when its turn comes, without waiting.</summary>
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
