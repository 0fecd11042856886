using System.Diagnostics.CodeAnalysis;

namespace Kiosk.App.Screens;

public enum TextSize
{
    /// <summary>Capitals 3.5 mm.</summary>
    Small,

    /// <summary>Capitals 4.8 mm.</summary>
    Normal,

    /// <summary>Capitals 6.4 mm.</summary>
    Large,

    /// <summary>Capitals 8.5 mm. All four: VVSG 2.0 7.1-H.</summary>
    Largest,
}

public enum Contrast
{
    /// <summary>Text at least 10:1.</summary>
    Standard,

    /// <summary>Black on white, 21:1.</summary>
    White,

    /// <summary>White on black, 21:1.</summary>
    Black,
}

/// <summary>What is heard.</summary>
public enum Hearing
{
    Off,

    /// <summary>Chimes only.</summary>
    Chimes,

    /// <summary>Every screen spoken.</summary>
    Voice,

    Loud,
}

/// <summary>A page laid over the visit's screen; it changes how things look, never where the visit is.</summary>
public enum Overlay
{
    None,
    Looks,
    Languages,
}

/// <summary>How the screen looks to the person before it; forgotten with them.</summary>
/// <param name="Language">File name of Screens/Texts.</param>
/// <param name="LowReach">Everything to press lies in the lower part (tall panels, wheelchair users).</param>
/// <param name="Sound">Chimes and voice.</param>
/// <param name="Curtain">The screen is dark: whoever does not see it hides it from others. A touch lifts it.</param>
/// <param name="Keys">Keys to be felt were used: this person may not see the screen, and gets more time.</param>
[SuppressMessage("Naming", "CA1724", Justification = "The namespace of that name is inside Serilog and never opened here.")]
public sealed record Display(
    string Language, TextSize Size = TextSize.Normal, Contrast Contrast = Contrast.Standard,
    bool LowReach = false, Hearing Sound = Hearing.Voice, Overlay Overlay = Overlay.None, bool Curtain = false, bool Keys = false)
{
    /// <summary>The next of the one volume button: voice, loud, nothing, chimes, voice.</summary>
    public Hearing NextSound => (Hearing)(((int)Sound + 1) % 4);

    /// <summary>Classes of the html element; the style sheet knows them.</summary>
    public string Classes =>
        $"size-{(int)Size} contrast-{(int)Contrast}{(LowReach ? " low" : "")}{(Sound is Hearing.Off ? "" : " sound")}{(Sound is Hearing.Voice or Hearing.Loud ? " voice" : "")}{(Sound is Hearing.Loud ? " loud" : "")}";
}
