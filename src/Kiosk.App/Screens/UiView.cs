using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Faces;

namespace Kiosk.App.Screens;

/// <summary>Everything that a screen is drawn from.</summary>
/// <param name="Number">Number of the view, from 1. It increases with another screen of the visit, an overlay, or a reshuffled pad. A press
/// names the view it belongs to; a press on an older view is dropped.</param>
/// <param name="KeypadMove">The last move by a keypad key: a count, and next, prev, press, back or again. The page carries it out
/// once.</param>
/// <param name="Light">The step of the light around the preview; default: none.</param>
/// <param name="HasLight">This site uses the light's steps, so a patient can ask for a calm screen.</param>
public sealed record UiView(
    long Number, VisitView Visit, Display Display, PinKeys Pad, string KeypadMove = "", LightStep Light = default, bool HasLight = false)
{
    public VisitState State => Visit.State;
}
