namespace Kiosk.App.Screens;

/// <summary>What <see cref="LiveScreen"/> draws. Set before each drawing.</summary>
public sealed class ScreenFrame
{
    public Look? Look { get; set; }

    public Action Redraw { get; set; } = () => { };
}
