using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Hardware;

internal static class Clock
{
    /// <summary>Lets the fake clock run until the task is done.</summary>
    public static async Task<T> ThroughAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        await time.ThroughAsync((Task)task);
        return await task;
    }

    /// <inheritdoc cref="ThroughAsync{T}"/>
    public static async Task ThroughAsync(this FakeTimeProvider time, Task task)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
        }

        await task;
    }
}
