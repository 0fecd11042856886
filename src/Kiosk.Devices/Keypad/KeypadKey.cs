namespace Kiosk.Devices.Keypad;

/// <summary>A key to be felt. Eight that lead through a visit, and the digits.</summary>
public enum KeypadKey
{
    /// <summary>To the button after the one reached.</summary>
    Next,
    Previous,

    /// <summary>Presses the button reached.</summary>
    Press,
    Back,

    /// <summary>Calls staff.</summary>
    Help,

    /// <summary>Says the screen again.</summary>
    Again,
    Volume,

    /// <summary>Darkens the screen, or shows it again.</summary>
    Curtain,
    Digit0,
    Digit1,
    Digit2,
    Digit3,
    Digit4,
    Digit5,
    Digit6,
    Digit7,
    Digit8,
    Digit9,
}
