using System.Diagnostics;
using System.Text.Json;
using Kiosk.App.Watchers;

namespace Kiosk.App.Appliance;

/// <summary>A running browser.</summary>
internal interface IBrowser : IDisposable
{
    bool HasEnded { get; }

    /// <summary>Ends it with all its processes.</summary>
    void Kill();
}

/// <summary>What <c>/healthz</c> says about the page.</summary>
/// <param name="IsShown">A page is connected.</param>
/// <param name="HasFailed">The kiosk has had no page for ten seconds (<see cref="ScreenWatcher"/>).</param>
internal sealed record PageState(bool IsShown, bool HasFailed);

/// <summary>
/// Runs the browser of the patient's screen, and starts it again when it ends or when the kiosk has no page: a renderer that died leaves
/// a browser that runs and shows nothing. For Windows; on the device the script <c>usr/lib/kiosk/page-watch</c> does the same.
/// </summary>
/// <param name="start">Starts a browser.</param>
/// <param name="ask">Asks the kiosk; null: it does not answer.</param>
internal sealed class BrowserSupervisor(Func<IBrowser> start, Func<CancellationToken, Task<PageState?>> ask, TimeProvider time)
{
    /// <summary>A browser that has not shown the page yet has this time for it.</summary>
    public static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Runs until cancelled; then the browser is ended too.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            using IBrowser browser = start();
            try
            {
                await WatchAsync(browser, stop);
            }
            finally
            {
                browser.Kill();
            }
            await Task.Delay(Interval, time, stop);
        }
    }

    /// <summary>Returns when the browser has ended, or has to be started again.</summary>
    private async Task WatchAsync(IBrowser browser, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        bool wasShown = false;
        while (!browser.HasEnded)
        {
            await Task.Delay(Interval, time, stop);
            PageState? page = await ask(stop);
            wasShown |= page is { IsShown: true };
            if (page is { IsShown: false, HasFailed: true } && (wasShown || time.GetElapsedTime(began) >= StartTime)) return;
        }
    }

    /// <summary>Reads the answer of <c>/healthz</c>.</summary>
    /// <returns>Null: it is not understood.</returns>
    public static PageState? Parse(string answer)
    {
        try
        {
            using JsonDocument health = JsonDocument.Parse(answer);
            bool hasFailed = health.RootElement.GetProperty("devices").EnumerateArray().Any(device =>
                device.GetProperty("name").GetString() == ScreenWatcher.Part && device.GetProperty("code").GetString() is { Length: > 0 });
            return new PageState(health.RootElement.GetProperty("screen").GetBoolean(), hasFailed);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A browser started as a process.</summary>
    internal sealed class BrowserProcess(ProcessStartInfo start) : IBrowser
    {
        private readonly Process _process = Process.Start(start) ?? throw new InvalidOperationException(start.FileName);

        public bool HasEnded => _process.HasExited;

        public void Kill()
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }

        public void Dispose() => _process.Dispose();
    }
}
