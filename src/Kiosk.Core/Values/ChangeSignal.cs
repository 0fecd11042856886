namespace Kiosk.Core.Values;

/// <summary>
/// Wakes everybody who waits for the next change. Thread-safe. Take <see cref="Next"/> before you read the value: then no change is
/// missed.
/// </summary>
public sealed class ChangeSignal
{
    private TaskCompletionSource _next = Waiting();

    /// <summary>Done at the next <see cref="Notify"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Notify() => Interlocked.Exchange(ref _next, Waiting()).SetResult();

    private static TaskCompletionSource Waiting() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The newest of a value that changes; readers that are slow see only the newest, never a queue. Thread-safe.</summary>
/// <param name="first">The value at the start.</param>
public sealed class LatestValue<T>(T first)
    where T : class
{
    private readonly ChangeSignal _changed = new();
    private T _value = first;

    public T Value => Volatile.Read(ref _value);

    /// <summary>Called by one writer at a time.</summary>
    public void Set(T value)
    {
        Volatile.Write(ref _value, value);
        _changed.Notify();
    }

    /// <summary>Waits until <see cref="Value"/> is another object than <paramref name="seen"/>, and returns it.</summary>
    public async Task<T> NextAsync(T seen, CancellationToken stop)
    {
        while (true)
        {
            Task next = _changed.Next;
            if (Value is T now && !ReferenceEquals(now, seen)) return now;
            await next.WaitAsync(stop);
        }
    }
}
