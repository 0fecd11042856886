using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.App.Watchers;

/// <summary>
/// Looks every 2 s for the patient's display and touch panel and sets the parts "display" and "touch" of the health board. A part that the
/// configuration does not name is watched from the first time it was seen, so that a kiosk on a desk without a panel reports nothing.
/// </summary>
internal sealed class PanelWatcher(PanelParts panel, HealthBoard health, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken stop)
    {
        bool? display = panel.NamesDisplay ? true : null, touch = panel.NamesTouch ? true : null;
        bool isFirst = true;
        while (true)
        {
            display = Report("display", display, panel.HasDisplay(), isFirst, Failure.ScreenMissing, panel.Display);
            touch = Report("touch", touch, panel.HasTouch(), isFirst, Failure.TouchMissing, panel.Touch);
            isFirst = false;
            await Task.Delay(Interval, time, stop);
        }
    }

    /// <returns>Whether it is there now; null: it is not watched yet.</returns>
    private bool? Report(string part, bool? before, bool now, bool isFirst, Failure why, string detail)
    {
        if (before is null && !now) return null;
        if (before == now && !isFirst) return now;
        health.Set(part, now ? null : why, $"not connected: {detail}");
        if (!now) log.PanelLost(part, detail);
        else if (before is false) log.PanelBack(part);
        return now;
    }
}
