using Kiosk.Core.Faces;

namespace Kiosk.Devices.Camera.Simulated;

/// <summary>How a person answers the question to turn: reads it, turns, holds, comes back.</summary>
internal sealed class HumanTurn(TimeProvider time)
{
    private const double Reaction = 0.6; // seconds
    private const double Turning = 0.6;
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(Reaction + Turning);

    private const double Holding = 0.8;
    private readonly Lock _lock = new();
    private long _asked;
    private int _side;

    public void Asked(FaceGuidance guidance)
    {
        int side = guidance switch
        {
            FaceGuidance.TurnHeadLeft => 1,
            FaceGuidance.TurnHeadRight => -1,
            _ => 0,
        };
        if (side == 0) return;
        lock (_lock) (_side, _asked) = (side, time.GetTimestamp());
    }

    /// <summary>The next person looks straight ahead.</summary>
    public void Reset()
    {
        lock (_lock) _side = 0;
    }

    /// <summary>-1 (own right) to 1 (own left).</summary>
    public double Now()
    {
        lock (_lock)
        {
            if (_side == 0) return 0;
            double t = time.GetElapsedTime(_asked).TotalSeconds - Reaction;
            double share = t < Turning + Holding ? t / Turning : 1 - ((t - Turning - Holding) / Turning);
            double reached = Math.Clamp(share, 0, 1);
            return _side * reached * reached * (3 - (2 * reached));
        }
    }
}
