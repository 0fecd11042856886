using Kiosk.Core;

namespace Kiosk.App.Screens;

/// <summary>Everything that a part of a screen may use. A screen is a pure function of it.</summary>
public sealed record Look(UiView View)
{
    public Texts Texts { get; } = Texts.For(View.Display.Language);

    public VisitState State => View.State;

    public Display Display => View.Display;

    /// <summary>The state below a notice, or the state itself.</summary>
    public VisitState Beneath => State switch
    {
        VisitState.StillThere over => over.Under,
        VisitState.StaffCalled over => over.Under,
        _ => State,
    };
}
