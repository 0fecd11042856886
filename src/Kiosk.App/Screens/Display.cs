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

    /// <summary>Capitals 8.5 mm. Source of all four sizes: VVSG 2.0 7.1-H.</summary>
    Largest,
}

public enum Contrast
{
    /// <summary>Text contrast at least 10:1.</summary>
    Standard,

    /// <summary>Black on white, 21:1.</summary>
    White,

    /// <summary>White on black, 21:1.</summary>
    Black,
}

/// <summary>What is played.</summary>
public enum SoundMode
{
    Off,

    /// <summary>Tones only.</summary>
    Chimes,

    /// <summary>Every screen is spoken.</summary>
    Voice,

    Loud,
}

/// <summary>A page shown over the visit's screen. It changes how things look, not the visit.</summary>
public enum Overlay
{
    None,
    Looks,
    Languages,
}

/// <summary>How the screen looks and sounds for the present person. Reset for the next one.</summary>
/// <param name="Language">File name of Screens/Texts.</param>
/// <param name="LowReach">All buttons are in the lower part (tall panels, wheelchair users).</param>
/// <param name="Sound">Tones and voice.</param>
/// <param name="Curtain">The screen is dark, so that a person who does not see it can hide it from others. A touch shows it again.</param>
/// <param name="Keys">The tactile keypad was used: this person may not see the screen, and gets more time.</param>
/// <param name="Calm">Nothing moves, and the light of the screen does not change while the face is compared.</param>
[SuppressMessage("Naming", "CA1724", Justification = "The namespace of that name is inside Serilog and never opened here.")]
public sealed record Display(
    string Language, TextSize Size = TextSize.Normal, Contrast Contrast = Contrast.Standard,
    bool LowReach = false, SoundMode Sound = SoundMode.Voice, Overlay Overlay = Overlay.None, bool Curtain = false, bool Keys = false,
    bool Calm = false)
{
    /// <summary>The next setting of the volume button: voice, loud, off, tones, voice.</summary>
    public SoundMode NextSound => (SoundMode)(((int)Sound + 1) % 4);

    /// <summary>The light's steps may be shown: the person did not ask for calm, and the screen is neither hidden nor black.</summary>
    public bool AllowsLight => this is { Calm: false, Curtain: false, Contrast: not Contrast.Black };

    /// <summary>CSS classes of the html element.</summary>
    public string Classes =>
        $"size-{(int)Size} contrast-{(int)Contrast}{(LowReach ? " low" : "")}{(Calm ? " calm" : "")}"
        + $"{(Sound is SoundMode.Off ? "" : " sound")}"
        + $"{(Sound is SoundMode.Voice or SoundMode.Loud ? " voice" : "")}{(Sound is SoundMode.Loud ? " loud" : "")}";
}
