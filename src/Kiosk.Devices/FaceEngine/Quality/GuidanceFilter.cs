using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>Keeps the sentence on the screen from flickering: a new one must have held for 300 ms.</summary>
internal sealed class GuidanceFilter(TimeProvider time)
{
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(300);

    private FaceGuidance? _shown;
    private FaceGuidance? _coming;
    private long _since;

    /// <returns>What to show now; null: no change.</returns>
    public FaceGuidance? Next(FaceGuidance now)
    {
        if (now == _shown)
        {
            _coming = null;
            return null;
        }

        if (now != _coming) (_coming, _since) = (now, time.GetTimestamp());
        return time.GetElapsedTime(_since) >= Hold ? Show(now) : null;
    }

    /// <summary>Shown at once: what the patient must not wait for (the head turn, a miss).</summary>
    /// <returns>Null when it is on the screen already.</returns>
    public FaceGuidance? Show(FaceGuidance now)
    {
        _coming = null;
        if (now == _shown) return null;
        _shown = now;
        return now;
    }
}
