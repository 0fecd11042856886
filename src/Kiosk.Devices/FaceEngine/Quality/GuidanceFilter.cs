using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>Keeps the guidance on the screen from flickering: new guidance must last for 300 ms before it is shown.</summary>
internal sealed class GuidanceFilter(TimeProvider time)
{
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(300);

    private FaceGuidance? _shown;
    private FaceGuidance? _candidate;
    private long _since;

    /// <returns>What to show now; null: no change.</returns>
    public FaceGuidance? Next(FaceGuidance now)
    {
        if (now == _shown)
        {
            _candidate = null;
            return null;
        }

        if (now != _candidate) (_candidate, _since) = (now, time.GetTimestamp());
        return time.GetElapsedTime(_since) >= Hold ? Show(now) : null;
    }

    /// <summary>Shows guidance at once, for the head turn and for a miss.</summary>
    /// <returns>Null when it is already shown.</returns>
    public FaceGuidance? Show(FaceGuidance now)
    {
        _candidate = null;
        if (now == _shown) return null;
        _shown = now;
        return now;
    }
}
