namespace Kiosk.Processes.Reception;

/// <summary>The system's clock; counts the timers that are started with one certain time.</summary>
internal sealed class TimerCounter(TimeSpan counted) : TimeProvider
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == counted) Interlocked.Increment(ref _count);
        return base.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Ends when so many were started; fails after 60 s.</summary>
    public async Task UntilAsync(int count)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (Count < count) await Task.Delay(TimeSpan.FromMilliseconds(20), System, late.Token);
    }
}
