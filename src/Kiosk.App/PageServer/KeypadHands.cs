using System.Text;
using Kiosk.Devices.Keypad;

namespace Kiosk.App.PageServer;

/// <summary>Keys to be felt, at the patient's screen: digits go past the browser, the others move through its buttons.</summary>
public sealed class KeypadHands(UiPort port)
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
                // Louder, then silent, then up again; each is said, silence too.
                Press("volume");
                break;
            case KeypadKey.Curtain:
                Press(port.Current.Display.Curtain ? "curtain:0" : "curtain:1");
                break;
            default:
                port.Nudge(key switch
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
