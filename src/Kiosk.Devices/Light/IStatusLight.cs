
namespace Kiosk.Devices.Light;

/// <summary>The light beside the card tray. Shows one colour at a time; the caller makes it pulse or blink by calling again.</summary>
public interface IStatusLight : IDisposable
{
    /// <summary>Takes effect at once. Blocks while the bus is in use, less than 20 ms.</summary>
    /// <param name="red">0 to 255, linear in the LED's current.</param>
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing.</exception>
    void Show(byte red, byte green, byte blue);
}
