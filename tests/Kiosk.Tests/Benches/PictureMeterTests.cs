using Kiosk.Devices.Camera;
using Kiosk.Devices.Camera.Bench;

namespace Kiosk.Tests.Benches;

public sealed class PictureMeterTests
{
    private readonly PictureMeter _meter = new();

    [Fact]
    public void A_grey_wall_has_its_brightness_and_neither_edges_nor_flicker()
    {
        _ = _meter.Measure(Picture((_, _) => 100));
        PictureFigures figures = _meter.Measure(Picture((_, _) => 100));
        Assert.Equal(100, figures.Luma, 0.5);
        Assert.Equal((0, 0, 0), (figures.ClippedPercent, figures.Sharpness, figures.FlickerPercent));
    }

    [Fact]
    public void Stripes_that_wander_by_half_their_length_are_flicker_of_twice_their_height()
    {
        // ±5 of 100, three stripes: what 100 Hz light leaves in a sensor read row by row at 30 fps.
        static double Stripe(int y, double phase) => 100 + (5 * Math.Sin((2 * Math.PI * 3 * y / CameraFrame.Height) + phase));
        PictureFigures first = _meter.Measure(Picture((_, y) => Stripe(y, 0)));
        PictureFigures second = _meter.Measure(Picture((_, y) => Stripe(y, Math.PI)));
        Assert.True(double.IsNaN(first.FlickerPercent));
        Assert.Equal(10, second.FlickerPercent, 0.5);
    }

    [Fact]
    public void A_standing_pattern_is_no_flicker()
    {
        _ = _meter.Measure(Picture((x, y) => (x / 8 + y / 8) % 2 == 0 ? 40 : 200));
        Assert.Equal(0, _meter.Measure(Picture((x, y) => (x / 8 + y / 8) % 2 == 0 ? 40 : 200)).FlickerPercent);
    }

    [Fact]
    public void A_sharp_chessboard_beats_a_soft_one()
    {
        double sharp = _meter.Measure(Picture((x, y) => (x / 8 + y / 8) % 2 == 0 ? 40 : 200)).Sharpness;
        double soft = _meter.Measure(Picture((x, y) => 120 + (80 * Math.Sin(x * Math.PI / 8) * Math.Sin(y * Math.PI / 8)))).Sharpness;
        Assert.True(sharp > 2 * soft, $"{sharp} against {soft}");
    }

    [Fact]
    public void Black_and_white_count_as_clipped() =>
        Assert.Equal(50, _meter.Measure(Picture((x, _) => x < CameraFrame.Width / 2 ? 255 : 100)).ClippedPercent, 0.01);

    private static byte[] Picture(Func<int, int, double> grey)
    {
        byte[] bgr = new byte[CameraFrame.Width * CameraFrame.Height * 3];
        for (int y = 0, at = 0; y < CameraFrame.Height; y++)
            for (int x = 0; x < CameraFrame.Width; x++, at += 3) bgr.AsSpan(at, 3).Fill((byte)Math.Round(grey(x, y)));
        return bgr;
    }
}
