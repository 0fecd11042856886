namespace Kiosk.Devices.Light;

/// <summary>The light beside the card's place. Shows one colour at a time; who wants it to breathe or blink calls again.</summary>
public interface IStatusLight : IDisposable
{
    /// <summary>Takes effect at once; blocks for the bus, below 20 ms.</summary>
    /// <param name="red">0 to 255, linear in the LED's current.</param>
    /// <exception cref="Core.FailureException">BoardDeviceMissing.</exception>
    void Show(byte red, byte green, byte blue);
}
