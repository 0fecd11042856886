using System.Drawing;
using Iot.Device.Ws28xx;

namespace Kiosk.Devices.Light;

/// <summary>
/// The bits of a row of WS2812B pixels on the wire (Worldsemi WS2812B v5). Each bit is sent as three SPI bits at 2.4 MHz, 0.417 us each:
/// 110 for one (T1H 0.58 to 1.0 us), 100 for zero. Order of colours: green, red, blue, most significant bit first. After a pause of 280 us
/// the pixels show them. The binding's own Ws2812b pauses for 100 us only, and not before the pixels.
/// </summary>
/// <param name="pixels">1 to 300.</param>
internal sealed class Ws2812Row(int pixels)
    : RawPixelContainer(new byte[PauseBytes + (pixels * BytesPerPixel) + PauseBytes], pixels, 1, pixels * BytesPerPixel)
{
    private const int BytesPerPixel = 9;

    /// <summary>90 bytes of zeros are 300 us. Also at the beginning, because some controllers raise MOSI before the first clock.</summary>
    private const int PauseBytes = 90;

    public override void SetPixel(int x, int y, Color c)
    {
        Span<byte> pixel = Data.Slice(PauseBytes + (x * BytesPerPixel), BytesPerPixel);
        Encode(c.G, pixel);
        Encode(c.R, pixel[3..]);
        Encode(c.B, pixel[6..]);
    }

    /// <summary>Encodes eight bits of colour as 24 SPI bits.</summary>
    private static void Encode(byte value, Span<byte> three)
    {
        uint bits = 0;
        for (int i = 7; i >= 0; i--) bits = (bits << 3) | (((value >> i) & 1) == 1 ? 0b110u : 0b100u);
        (three[0], three[1], three[2]) = ((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
    }
}
