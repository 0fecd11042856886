namespace Kiosk.Devices.Keypad;

/// <summary>A key of the tactile keypad: eight keys to operate a visit, and the digits.</summary>
public enum KeypadKey
{
    /// <summary>Moves to the next button.</summary>
    Next,
    Previous,

    /// <summary>Presses the button that has the focus.</summary>
    Press,
    Back,

    /// <summary>Calls staff.</summary>
    Help,

    /// <summary>Speaks the screen again.</summary>
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
