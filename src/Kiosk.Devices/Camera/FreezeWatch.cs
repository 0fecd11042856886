namespace Kiosk.Devices.Camera;

/// <summary>
/// Tells a frozen camera: some UVC bridges repeat their last frame for ever when the sensor hangs. Real sensors have noise,
/// so no two frames are the same.
/// </summary>
internal sealed class FreezeWatch
{
    /// <summary>1.5 s at 30 fps.</summary>
    private const int MostRepeats = 45;

    private int _repeats;
    private int _last;

    /// <returns>True once the same picture has come too often.</returns>
    public bool IsFrozen(ReadOnlySpan<byte> bgr)
    {
        // A prime step visits every column and channel; one pixel in 97 is plenty to see noise.
        HashCode hash = default;
        for (int i = 0; i < bgr.Length; i += 97) hash.Add(bgr[i]);
        int now = hash.ToHashCode();
        _repeats = now == _last ? _repeats + 1 : 0;
        _last = now;
        return _repeats >= MostRepeats;
    }
}
