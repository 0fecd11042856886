using Kiosk.App.Logging;
using Kiosk.App.Visits;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Journal;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Watchers;

/// <summary>
/// Reports the state of the link and the messages of the reception to the visit. When the link is up, clears up interrupted check-ins in
/// the journal. Renews the certificate in time.
/// </summary>
internal sealed class ReceptionWatcher(IReceptionLink link, VisitJournal journal, IVisitInbox visit, TimeProvider time, ILogger log)
{
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (ReceptionEvent news in link.WatchAsync(stop))
        {
            if (news is ReceptionEvent.LinkDown down) log.LinkDown(down.Why.ToString(), down.Detail);
            if (news is ReceptionEvent.LinkUp)
            {
                log.LinkUp();
                await SettleJournalAsync(stop);
            }
            visit.Post(news switch
            {
                ReceptionEvent.LinkUp => new E.LinkChanged(null),
                ReceptionEvent.LinkDown gone => new E.LinkChanged(gone.Why),
                ReceptionEvent.VisualGranted granted => new E.VisualGranted(granted.StaffId),
                ReceptionEvent.SiteAnswered said => new E.SiteAnswered(said.Answer),
                ReceptionEvent.MaintenanceSet set => new E.MaintenanceSet(set.On),
                ReceptionEvent.DisasterSet set => new E.DisasterSet(set.On),
                ReceptionEvent.PolicySet set => new E.PolicySet(set.Policy),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }
    }

    /// <summary>Asks for pins, and for a new certificate when it is time. Tries again after a minute if the reception did not
    /// answer.</summary>
    public async Task RenewAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan next = TimeSpan.FromHours(6);
            try
            {
                if (await link.RenewAsync(stop)) log.CertificateRenewed();
            }
            catch (FailureException failure)
            {
                log.ActionFailed("Renew", failure.Failure.ToString(), FailureCatalogue.EntryFor(failure.Failure).Code, failure.Detail);
                if (failure.Failure is Failure.ReceptionUnreachable) next = TimeSpan.FromMinutes(1);
            }

            await Task.Delay(next, time, stop);
        }
    }

    /// <summary>Clears up check-ins that a power cut or a kill interrupted: asks the reception about each, then removes it from the
    /// journal.
    /// The patient starts again in any case.</summary>
    private async Task SettleJournalAsync(CancellationToken stop)
    {
        try
        {
            IReadOnlyList<PendingVisit> pending = journal.Pending();
            foreach (PendingVisit visit in pending)
            {
                await link.FindAsync(visit.Key, stop);
                journal.Done(visit.Key);
            }
            if (pending.Count > 0) log.JournalSettled(pending.Count);
        }
        catch (FailureException failure)
        {
            log.ActionFailed("SettleJournal", failure.Failure.ToString(), FailureCatalogue.EntryFor(failure.Failure).Code, failure.Detail);
        }
    }
}
