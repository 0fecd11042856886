using System.Numerics;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>Follows one face from frame to frame, so that the head turn is that of the person who was compared.</summary>
internal sealed class Track(TimeProvider time)
{
    /// <summary>A head moves less than this between two frames (40 to 100 ms), in inter-ocular distances.</summary>
    private const float MostJump = 0.8f;
    private const float MostGrowth = 1.5f;

    /// <summary>The detector may miss a turned head for some frames.</summary>
    private const int MostMisses = 5;

    /// <summary>Long enough for a busy machine that reads two frames a second.</summary>
    private static readonly TimeSpan MostGap = TimeSpan.FromSeconds(1);

    private Vector2 _centre;
    private float _width;
    private long _seen;
    private int _misses;
    private bool _running;

    /// <returns>False: not the face of the frame before; a new track begins with it.</returns>
    public bool Follow(FaceShape shape)
    {
        // The width of the whole face: the distance between the eyes shrinks when the head turns.
        float width = Vector2.Distance(shape.Points[0], shape.Points[16]);
        float growth = _width == 0 ? 1 : Math.Max(width, _width) / Math.Min(width, _width);
        bool same = _running
            && time.GetElapsedTime(_seen) <= MostGap
            && Vector2.Distance(shape.Centre, _centre) <= MostJump * Math.Max(shape.Iod, 1)
            && growth <= MostGrowth;
        (_centre, _width, _seen, _misses, _running) = (shape.Centre, width, time.GetTimestamp(), 0, true);
        return same;
    }

    /// <returns>False: lost for too long.</returns>
    public bool Miss() => _running &= ++_misses <= MostMisses && time.GetElapsedTime(_seen) <= MostGap;

    public void End() => _running = false;
}
