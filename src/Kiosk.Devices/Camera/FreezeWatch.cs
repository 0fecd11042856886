namespace Kiosk.Devices.Camera;

/// <summary>
/// Tells a camera that gives pictures and sees nothing. Frozen: some UVC bridges repeat their last frame for ever when the sensor
/// hangs; real sensors have noise, so no two frames are the same. Black: a covered lens, a sensor that lost its power; a dark room is
/// lighter than that and noisy, and the first frames may be black while the exposure settles.
/// </summary>
internal sealed class FreezeWatch
{
    /// <summary>1.5 s at 30 fps.</summary>
    private const int MostRepeats = 45;

    /// <summary>3 s at 30 fps.</summary>
    private const int MostBlack = 90;

    /// <summary>Luma of black: at most this everywhere that is looked at.</summary>
    private const byte Black = 12;

    private int _repeats;
    private int _black;
    private int _last;

    /// <returns>"frozen" or "black" once it lasted too long; null: it sees.</returns>
    public string? Fault(ReadOnlySpan<byte> bgr)
    {
        // A prime step visits every column and channel; one byte in 97 is plenty to see noise.
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
