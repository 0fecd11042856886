namespace Kiosk.Core.Faces;

/// <summary>What a sensor of its own kind says of the face in one look.</summary>
public enum SensorAnswer
{
    /// <summary>Nothing to be said: no fresh frame, the face is not in its view, too far.</summary>
    Unsure,
    Live,

    /// <summary>A screen, a print, a plane.</summary>
    Attack,
}

/// <summary>Where the face is, in shares of the colour camera's picture (0 to 1, from the left and from the top), not mirrored.</summary>
public readonly record struct FaceArea(double X, double Y, double Width, double Height);

/// <summary>
/// A sensor that sees what the colour camera cannot: near infrared (a screen is dark, a print is flat) or depth (a print and a screen are
/// planes). Contract: opened and closed with the colour camera, one check at a time; a look takes the newest frame, waits
/// for nothing, keeps nothing of it, and is taken within one frame's time of the colour picture. The adapter maps the area to its own
/// view. What it measures and from where on it says Attack belongs to its own calibration.
/// </summary>
public interface IPresentationSensor : IAsyncDisposable
{
    /// <summary>For staff and logs.</summary>
    string Name { get; }

    /// <exception cref="FailureException">CameraMissing, CameraBusy: then there is no face check, for without it nothing proves a live person.</exception>
    Task OpenAsync(CancellationToken stop);

    /// <exception cref="FailureException">CameraMissing: it was unplugged, is silent or frozen.</exception>
    SensorAnswer Look(FaceArea face);

    /// <summary>Ends the frames and zeroes them; may be opened again.</summary>
    ValueTask CloseAsync();
}

/// <summary>
/// What the layers beside the challenge said in one attempt; pure. All layers that are there must agree (face.md 9.5): one that
/// is absent says nothing, one that is there and saw too little refuses.
/// </summary>
/// <param name="Live">Looks of the sensor.</param>
/// <param name="Attack">Looks of the sensor.</param>
/// <param name="Score">Sum of the passive network's scores, each 0 (attack) to 1 (live).</param>
/// <param name="Scores">How many.</param>
public readonly record struct LivenessTally(int Live = 0, int Attack = 0, double Score = 0, int Scores = 0)
{
    /// <summary>Looks that must say live: a challenge takes 1 to 3 s, so 15 and more are taken.</summary>
    public const int Needed = 5;

    /// <summary>Share of the sure looks that must say live: a strand of hair or a hand may fool some.</summary>
    public const double LiveShare = 0.8;

    /// <summary>Mean of the passive network's scores; NaN when there was none.</summary>
    public double MeanScore => Score / Scores;

    public LivenessTally With(SensorAnswer look) => look switch
    {
        SensorAnswer.Live => this with { Live = Live + 1 },
        SensorAnswer.Attack => this with { Attack = Attack + 1 },
        SensorAnswer.Unsure => this,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public LivenessTally With(double score) => this with { Score = Score + score, Scores = Scores + 1 };

    /// <param name="hasSensor">A sensor is part of this kiosk.</param>
    /// <param name="leastScore">The passive network's threshold; null: there is none.</param>
    public bool IsLive(bool hasSensor, double? leastScore) =>
        (!hasSensor || (Live >= Needed && Live >= LiveShare * (Live + Attack)))
        && (leastScore is not { } least || (Scores > 0 && MeanScore >= least));
}

/// <summary>What near infrared shows of a face; pure. Figures of the default are from the drawn scenes and from no real camera: set them on the bench.</summary>
/// <param name="LeastLuma">0 to 255. Screens give no light at 850 or 940 nm: a face on one is as dark as the room.</param>
/// <param name="LeastRelief">The middle of the face over its rim: lit from beside the lens, a head's sides fall away, a sheet's do not.</param>
public sealed record InfraredRule(double LeastLuma = 60, double LeastRelief = 1.12)
{
    /// <param name="luma">Mean over the face.</param>
    /// <param name="relief">Mean luma of its middle over that of its rim.</param>
    /// <returns>Unsure between the two where the face is neither dark nor clearly round.</returns>
    public SensorAnswer Judge(double luma, double relief)
    {
        if (luma < LeastLuma || relief < 1 + ((LeastRelief - 1) / 2)) return SensorAnswer.Attack;
        return relief >= LeastRelief ? SensorAnswer.Live : SensorAnswer.Unsure;
    }
}
