using Kiosk.Core;

namespace Kiosk.App.Visits;

/// <summary>Where the actions of a visit report what happened. Returns at once; the events are taken one at a time, in order.</summary>
public interface IVisitInbox
{
    /// <summary>An event of the kiosk or the patient.</summary>
    void Post(VisitEvent happened);

    /// <summary>An event of one visit; it is dropped when that visit has ended by the time its turn comes.</summary>
    /// <param name="visit">Identifies the visit: the object that the actions of this visit share.</param>
    void Post(VisitEvent happened, object visit);
}
