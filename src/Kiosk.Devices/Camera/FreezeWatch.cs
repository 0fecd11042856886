namespace Kiosk.Devices.Camera;

/// <summary>
/// Detects a camera that delivers useless pictures. Frozen: some UVC bridges repeat their last frame forever when the sensor hangs; a real
/// sensor has noise, so no two frames are identical. Black: a covered lens, or a sensor without power. A dark room is brighter and has
/// noise. The first frames may be black while the exposure settles.
/// </summary>
internal sealed class FreezeWatch
{
    /// <summary>1.5 s at 30 fps.</summary>
    private const int MostRepeats = 45;

    /// <summary>3 s at 30 fps.</summary>
    private const int MostBlack = 90;

    /// <summary>A picture is black if every sampled value is at most this.</summary>
    private const byte Black = 12;

    private int _repeats;
    private int _black;
    private int _last;

    /// <returns>"frozen" or "black" once it lasted too long; null if the camera works.</returns>
    public string? Fault(ReadOnlySpan<byte> bgr)
    {
        // The step is a prime number, so every column and channel is sampled. One byte in 97 is enough to see noise.
        HashCode hash = default;
        byte brightest = 0;
        for (int i = 0; i < bgr.Length; i += 97)
        {
            hash.Add(bgr[i]);
            brightest = Math.Max(brightest, bgr[i]);
        }

        int now = hash.ToHashCode();
        _repeats = now == _last ? _repeats + 1 : 0;
        _last = now;
        _black = brightest <= Black ? _black + 1 : 0;
        return _black >= MostBlack ? "black" : _repeats >= MostRepeats && _black == 0 ? "frozen" : null;
    }
}
