using System.Collections.Concurrent;
using Google.Protobuf;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Events;

/// <summary>
/// What the site's own systems answered about arrivals: for the page, and for the kiosk while its patient may still be there. In memory
/// only, so after a restart it is gone. Thread-safe.
/// </summary>
internal sealed class ArrivalAnswers(KioskRegistry kiosks, ChangeSignal changes, TimeProvider time)
{
    /// <summary>Longer than a patient stays at the kiosk. An older answer goes to the page only.</summary>
    private static readonly TimeSpan s_atKiosk = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<long, SiteAnswer> _answers = new();
    private readonly ConcurrentDictionary<long, byte> _told = new();

    /// <param name="no">Of the first reading of the card.</param>
    /// <returns>Null: there is no answer, or not any more.</returns>
    public SiteAnswer? Find(long no) => _answers.GetValueOrDefault(no);

    /// <summary>The first answer about an arrival counts.</summary>
    /// <param name="row">A first reading.</param>
    public void Put(ArrivalRow row, SiteAnswer answer)
    {
        if (!_answers.TryAdd(row.No, answer)) return;
        Tell(row);
        changes.Notify();
    }

    /// <summary>Sends the answer to the kiosk of this reading, once; a second reading of a card gets the answer about the first.</summary>
    public void Tell(ArrivalRow row)
    {
        if (row.IsByHand || Find(row.JoinedTo ?? row.No) is not { } answer || time.GetUtcNow() - row.At > s_atKiosk) return;
        if (kiosks.Find(row.Kiosk) is not { } kiosk || !_told.TryAdd(row.No, 0)) return;
        kiosk.Push(new()
        {
            ArrivalAnswer = new()
            {
                VisitId = ByteString.CopyFrom(row.Visit.ToByteArray(bigEndian: true)),
                Department = answer.Department,
                QueueNumber = answer.QueueNumber,
                SeeStaff = answer.SeeStaff,
            },
        });
    }

    /// <summary>Forgets what is not of these arrivals.</summary>
    public void Keep(IEnumerable<ArrivalRow> rows)
    {
        HashSet<long> kept = [.. rows.Select(r => r.No)];
        foreach (long old in _answers.Keys.Where(no => !kept.Contains(no))) _answers.TryRemove(old, out _);
        foreach (long old in _told.Keys.Where(no => !kept.Contains(no))) _told.TryRemove(old, out _);
    }
}
