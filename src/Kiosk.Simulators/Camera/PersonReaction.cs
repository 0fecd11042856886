using Kiosk.Core.Faces;

namespace Kiosk.Simulators.Camera;

/// <summary>How a person reacts to a request to move: reads it, moves, holds the position, moves back.</summary>
internal sealed class PersonReaction(TimeProvider time)
{
    private const double Reaction = 0.6; // seconds
    private const double Moving = 0.6;
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(Reaction + Moving);

    private const double Holding = 0.8;

    /// <summary>Added to the reaction.</summary>
    public TimeSpan Late { get; set; }

    private readonly Lock _lock = new();
    private long _asked;
    private double? _back; // seconds after the question
    private HeadMove _move;

    public void Asked(FaceGuidance guidance)
    {
        HeadMove move = guidance switch
        {
            FaceGuidance.TurnHeadLeft => new(Turn: 1),
            FaceGuidance.TurnHeadRight => new(Turn: -1),
            FaceGuidance.OpenMouth => new(Mouth: 1),
            _ => default,
        };
        lock (_lock)
        {
            if (guidance == FaceGuidance.CloseMouth) _back ??= time.GetElapsedTime(_asked).TotalSeconds + Reaction;
            // An open mouth stays open until the screen asks to close it.
            else if (!move.IsStill) (_move, _asked, _back)
                = (move, time.GetTimestamp(), move.Mouth > 0 ? null : Late.TotalSeconds + Reaction + Moving + Holding);
        }
    }

    /// <summary>Resets the movement: the next person looks straight ahead.</summary>
    public void Reset()
    {
        lock (_lock) _move = default;
    }

    public HeadMove Now()
    {
        lock (_lock)
        {
            if (_move.IsStill) return default;
            double t = time.GetElapsedTime(_asked).TotalSeconds;
            double share = _back is { } back && t > back ? 1 - ((t - back) / Moving) : (t - Late.TotalSeconds - Reaction) / Moving;
            double reached = Math.Clamp(share, 0, 1);
            double eased = reached * reached * (3 - (2 * reached));
            return new(_move.Turn * eased, _move.Mouth * eased);
        }
    }
}
