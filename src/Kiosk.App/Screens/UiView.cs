using Kiosk.App.Visits;
using Kiosk.Core;

namespace Kiosk.App.Screens;

/// <summary>All that a screen is drawn from.</summary>
/// <param name="Number">Counts what can be pressed, from 1: raised with the visit's screen, an overlay, or a pad dealt anew.
/// A press names it; an older one is dropped.</param>
/// <param name="Nudge">The last move of a keypad's keys: a count, and next, prev, press, back or again. The page does it once.</param>
public sealed record UiView(long Number, VisitView Visit, Display Display, PinKeys Pad, string Nudge = "")
{
    public VisitState State => Visit.State;
}
