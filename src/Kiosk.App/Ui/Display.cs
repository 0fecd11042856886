using System.Diagnostics.CodeAnalysis;

namespace Kiosk.App.Ui;

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
/// <param name="Sound">Chimes.</param>
[SuppressMessage("Naming", "CA1724", Justification = "The namespace of that name is inside Serilog and never opened here.")]
public sealed record Display(
    string Language, TextSize Size = TextSize.Normal, Contrast Contrast = Contrast.Standard,
    bool LowReach = false, bool Sound = true, Overlay Overlay = Overlay.None)
{
    /// <summary>Classes of the html element; the style sheet knows them.</summary>
    public string Classes =>
        $"size-{(int)Size} contrast-{(int)Contrast}{(LowReach ? " low" : "")}{(Sound ? " sound" : "")}";
}
