using Kiosk.Core;

namespace Kiosk.App.Visits;

/// <summary>Takes the events that the actions of a visit report. Returns at once; events are processed one at a time, in order.</summary>
public interface IVisitInbox
{
    /// <summary>Queues an event of the kiosk or the patient.</summary>
    void Post(VisitEvent happened);

    /// <summary>Queues an event of one visit. It is dropped if that visit has ended before the event is processed.</summary>
    /// <param name="visit">Identifies the visit: the object that the actions of this visit share.</param>
    void Post(VisitEvent happened, object visit);
}
