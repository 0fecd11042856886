using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core.Cards;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>Tells the visit and the health board about cards, and about a reader that is lost or back.</summary>
internal sealed class ReaderWatcher(ICardReader reader, IVisitInbox visit, HealthBoard health, ILogger log)
{
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (ReaderNews news in reader.WatchAsync(stop))
        {
            if (news is ReaderNews.Lost lost) log.ReaderLost(lost.Why.ToString(), lost.Detail);
            if (news is ReaderNews.Back) log.ReaderBack();
            health.Set("reader", (news as ReaderNews.Lost)?.Why, (news as ReaderNews.Lost)?.Detail ?? "");
            visit.Post(news switch
            {
                ReaderNews.CardInserted => new E.CardInserted(),
                ReaderNews.CardRemoved => new E.CardRemoved(),
                ReaderNews.Lost gone => new E.ReaderChanged(gone.Why),
                _ => new E.ReaderChanged(null),
            });
        }
    }
}
