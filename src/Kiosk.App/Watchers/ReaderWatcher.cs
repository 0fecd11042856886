using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core.Cards;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>Reports cards, and a lost or restored reader, to the visit and the health board.</summary>
internal sealed class ReaderWatcher(ICardReader reader, IVisitInbox visit, HealthBoard health, ILogger log)
{
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (ReaderEvent news in reader.WatchAsync(stop))
        {
            if (news is ReaderEvent.Lost lost) log.ReaderLost(lost.Why.ToString(), lost.Detail);
            if (news is ReaderEvent.Found) log.ReaderBack();
            health.Set("reader", (news as ReaderEvent.Lost)?.Why, (news as ReaderEvent.Lost)?.Detail ?? "");
            visit.Post(news switch
            {
                ReaderEvent.CardInserted => new E.CardInserted(),
                ReaderEvent.CardRemoved => new E.CardRemoved(),
                ReaderEvent.Lost gone => new E.ReaderChanged(gone.Why),
                _ => new E.ReaderChanged(null),
            });
        }
    }
}
