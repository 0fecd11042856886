using System.Text;
using Kiosk.Devices.Keypad;

namespace Kiosk.App.PageServer;

/// <summary>Connects the tactile keypad to the patient's screen: digits bypass the browser, the other keys move through its
/// buttons.</summary>
public sealed class KeypadInput(UiPort port)
{
    public async Task FollowAsync(IAsyncEnumerable<KeypadKey> keys, CancellationToken stop)
    {
        await foreach (KeypadKey key in keys.WithCancellation(stop)) Take(key);
    }

    public void Take(KeypadKey key)
    {
        switch (key)
        {
            case >= KeypadKey.Digit0:
                port.Digit(key - KeypadKey.Digit0);
                break;
            case KeypadKey.Back when port.Current.State.Typed > 0:
                Press("erase");
                break;
            case KeypadKey.Help:
                Press("staff");
                break;
            case KeypadKey.Volume:
                // Steps through the volume settings. Each setting is spoken, also "off".
                Press("volume");
                break;
            case KeypadKey.Curtain:
                Press(port.Current.Display.Curtain ? "curtain:0" : "curtain:1");
                break;
            default:
                port.MoveByKeypad(key switch
                {
                    KeypadKey.Next => "next",
                    KeypadKey.Previous => "prev",
                    KeypadKey.Press => "press",
                    KeypadKey.Back => "back",
                    _ => "again",
                });
                break;
        }
    }

    private void Press(string id) => port.Take(Encoding.ASCII.GetBytes($"{port.Current.Number} {id}"));
}
