using System.Collections.Concurrent;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>
/// Hashes passwords one after the other on one thread. A hash takes about 0.1 s of a processor: sixteen at once moved a check-in from 8 to
/// 149 ms. What does not fit in the short queue is refused at once, and no address can fill it for the others. Thread-safe.
/// </summary>
internal sealed class PasswordQueue : IDisposable
{
    public const int MaxWaiting = 8, MaxOfOneAddress = 4, MaxAMinute = 30;
    private const int MaxAddresses = 1000;

    private readonly BlockingCollection<Action> _jobs = new(MaxWaiting);
    private readonly Dictionary<string, (int Waiting, int Count, DateTimeOffset From)> _addresses = [];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Thread _worker;

    public PasswordQueue(TimeProvider time)
    {
        _time = time;
        _worker = new(Work) { IsBackground = true, Name = "passwords" };
        _worker.Start();
    }

    /// <param name="address">Who asks.</param>
    /// <returns>The result; null: refused, too many at once or too many a minute from this address.</returns>
    public Task<T>? TryRun<T>(string address, Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!MayEnter(address)) return null;
        bool queued = _jobs.TryAdd(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
            finally
            {
                Leave(address);
            }
        });
        if (!queued) Leave(address);
        return queued ? done.Task : null;
    }

    /// <summary>What waits is still done, at most eight hashes.</summary>
    public void Dispose()
    {
        lock (_gate) _jobs.CompleteAdding();
        _worker.Join();
        _jobs.Dispose();
    }

    private void Work()
    {
        foreach (Action job in _jobs.GetConsumingEnumerable()) job();
    }

    private bool MayEnter(string address)
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            if (_jobs.IsAddingCompleted) return false;
            (int waiting, int count, DateTimeOffset from) = _addresses.GetValueOrDefault(address, (0, 0, now));
            if (now - from >= TimeSpan.FromMinutes(1)) (count, from) = (0, now);
            if (waiting >= MaxOfOneAddress || count >= MaxAMinute) return false;
            if (_addresses.Count >= MaxAddresses)
                foreach (string idle in _addresses.Where(a => a.Value.Waiting == 0).Select(a => a.Key).ToList()) _addresses.Remove(idle);
            _addresses[address] = (waiting + 1, count + 1, from);
            return true;
        }
    }

    private void Leave(string address)
    {
        lock (_gate)
        {
            (int waiting, int count, DateTimeOffset from) = _addresses[address];
            _addresses[address] = (waiting - 1, count, from);
        }
    }
}
