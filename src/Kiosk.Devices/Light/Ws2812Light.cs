using System.Device.Spi;
using System.Drawing;
using Iot.Device.Ws28xx;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Light;

/// <summary>WS2812B pixels in a row, with their data line on SPI's MOSI (Worldsemi WS2812B v5), sent by Ws28xx of
/// Iot.Device.Bindings.</summary>
public sealed class Ws2812Light : IStatusLight
{
    public const int ClockHertz = 2_400_000;
    public const int DefaultPixels = 12;

    private readonly SpiDevice _spi;
    private readonly Ws28xx _strip;

    /// <param name="spi">Mode 0 at <see cref="ClockHertz"/>; disposed here.</param>
    /// <param name="pixels">1 to 300; all show the same colour.</param>
    public Ws2812Light(SpiDevice spi, int pixels) => (_spi, _strip) = (spi, new Ws28xx(spi, new Ws2812Row(pixels)));

    public void Show(byte red, byte green, byte blue)
    {
        try
        {
            _strip.Image.Clear(Color.FromArgb(red, green, blue));
            _strip.Update();
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "status light (SPI)", gone);
        }
    }

    public void Dispose()
    {
        try
        {
            Show(0, 0, 0);
        }
        catch (FailureException)
        {
            // The device is gone; there is nothing to switch off.
        }

        _spi.Dispose();
    }
}
