namespace Kiosk.Devices.Keypad;

/// <summary>Maps key codes of the Linux input subsystem (linux/input-event-codes.h) to keypad keys. Works with any USB number
/// pad.</summary>
internal static class KeyCodes
{
    public static KeypadKey? KeyOf(ushort code) => code switch
    {
        >= 2 and <= 10 => KeypadKey.Digit1 + (code - 2),      // KEY_1 to KEY_9
        11 or 82 => KeypadKey.Digit0,                          // KEY_0, KEY_KP0
        >= 79 and <= 81 => KeypadKey.Digit1 + (code - 79),     // KEY_KP1 to 3
        >= 75 and <= 77 => KeypadKey.Digit4 + (code - 75),     // KEY_KP4 to 6
        >= 71 and <= 73 => KeypadKey.Digit7 + (code - 71),     // KEY_KP7 to 9
        78 or 106 or 108 or 15 => KeypadKey.Next,              // KEY_KPPLUS, RIGHT, DOWN, TAB
        74 or 105 or 103 => KeypadKey.Previous,                // KEY_KPMINUS, LEFT, UP
        28 or 96 => KeypadKey.Press,                           // KEY_ENTER, KEY_KPENTER
        1 or 14 or 83 => KeypadKey.Back,                       // KEY_ESC, BACKSPACE, KPDOT
        98 or 138 or 59 => KeypadKey.Help,                     // KEY_KPSLASH, HELP, F1
        55 or 129 => KeypadKey.Again,                          // KEY_KPASTERISK, AGAIN
        113 or 114 or 115 or 69 => KeypadKey.Volume,           // KEY_MUTE, VOLUMEDOWN, VOLUMEUP, NUMLOCK
        431 or 152 or 60 => KeypadKey.Curtain,                 // DISPLAYTOGGLE, SCREENLOCK, F2
        _ => null,
    };
}
