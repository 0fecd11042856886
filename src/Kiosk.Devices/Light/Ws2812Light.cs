using System.Device.Spi;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Light;

/// <summary>
/// WS2812B pixels in a row, with their data line on SPI's MOSI (Worldsemi WS2812B v5). Each bit is sent as three SPI bits at 2.4 MHz,
/// 0.417 us each: 110 for one (T1H 0.58 to 1.0 us, p. 5), 100 for zero. Order of colours: green, red, blue, most significant bit first
/// (p. 6). After a pause of 280 us the pixels show them (p. 5).
/// </summary>
/// <param name="spi">Mode 0 at <see cref="ClockHertz"/>; disposed here.</param>
/// <param name="pixels">1 to 300; all show the same colour.</param>
public sealed class Ws2812Light(SpiDevice spi, int pixels) : IStatusLight
{
    public const int ClockHertz = 2_400_000;
    public const int DefaultPixels = 12;
    private const int BytesPerPixel = 9;

    /// <summary>90 bytes of zeros are 300 us.</summary>
    private const int PauseBytes = 90;

    // Zeros also at the beginning, because some controllers raise MOSI before the first clock.
    private readonly byte[] _wire = new byte[PauseBytes + (pixels * BytesPerPixel) + PauseBytes];

    public void Show(byte red, byte green, byte blue)
    {
        Span<byte> pixel = stackalloc byte[BytesPerPixel];
        Encode(green, pixel);
        Encode(red, pixel[3..]);
        Encode(blue, pixel[6..]);
        for (int i = 0; i < pixels; i++) pixel.CopyTo(_wire.AsSpan(PauseBytes + (i * BytesPerPixel)));
        try
        {
            spi.Write(_wire);
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "status light (SPI)", gone);
        }
    }

    /// <summary>Encodes eight bits of colour as 24 SPI bits.</summary>
    internal static void Encode(byte value, Span<byte> three)
    {
        uint bits = 0;
        for (int i = 7; i >= 0; i--) bits = (bits << 3) | (((value >> i) & 1) == 1 ? 0b110u : 0b100u);
        (three[0], three[1], three[2]) = ((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
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

        spi.Dispose();
    }
}
