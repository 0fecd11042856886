using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core.Failures;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>
/// Watches whether a page is connected. Ten seconds without one: the browser, or its renderer, has failed. The visit and the health board
/// are told, so that no card is taken and the reception knows. Whoever started the browser reads the part "screen" of <c>/healthz</c> and
/// starts it again: <c>usr/lib/kiosk/screen</c> on the device, <c>kiosk screen</c> on Windows.
/// </summary>
/// <param name="shown">A page is connected now.</param>
internal sealed class ScreenWatcher(Func<bool> shown, IVisitInbox visit, HealthBoard health, TimeProvider time, ILogger log)
{
    /// <summary>Name of the part on the health board.</summary>
    public const string Part = "screen";

    /// <summary>A page that lost its connection is back within a second; a browser that was started again needs some seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        long last = time.GetTimestamp();
        Failure? told = null;
        bool isKnown = false;
        while (true)
        {
            bool isShown = shown();
            if (isShown) last = time.GetTimestamp();
            Failure? now = isShown ? null : time.GetElapsedTime(last) >= Patience ? Failure.ScreenMissing : told;
            if (now != told || (isShown && !isKnown))
            {
                health.Set(Part, now, $"no page for {Patience.TotalSeconds} s");
                visit.Post(new E.ScreenChanged(now));
                if (now is not null) log.ScreenLost();
                else if (told is not null) log.ScreenBack();
                (told, isKnown) = (now, true);
            }
            await Task.Delay(Interval, time, stop);
        }
    }
}
