using Kiosk.Core.Failures;

namespace Kiosk.Core.Faces;

/// <summary>What a presentation sensor says about a face in one frame.</summary>
public enum SensorAnswer
{
    /// <summary>No answer: no new frame, the face is outside the view or too far away.</summary>
    Unsure,
    Live,

    /// <summary>A screen, a print, or another flat thing.</summary>
    Attack,
}

/// <summary>Where the face is in the picture of the colour camera: 0 to 1 from the left and from the top, not mirrored.</summary>
public readonly record struct FaceArea(double X, double Y, double Width, double Height);

/// <summary>
/// A sensor for presentation attack detection that sees what the colour camera cannot: near infrared (a screen is dark, a print is flat) or
/// depth (a print and a screen are flat). It is opened and closed with the colour camera, one face check at a time. A look uses the newest
/// frame, does not wait, keeps nothing of the frame, and is made within the time of one frame after the colour picture. The adapter
/// converts the area to its own view and has its own calibration.
/// </summary>
public interface IPresentationSensor : IAsyncDisposable
{
    /// <summary>For staff and logs.</summary>
    string Name { get; }

    /// <exception cref="FailureException">
    /// CameraMissing, CameraBusy. Then there is no face check, because nothing else would detect some attacks.
    /// </exception>
    Task OpenAsync(CancellationToken stop);

    /// <exception cref="FailureException">CameraMissing: unplugged, or it gives no frames, or always the same one.</exception>
    SensorAnswer Look(FaceArea face);

    /// <summary>Stops and zeroes the frames. Can be opened again.</summary>
    ValueTask CloseAsync();
}

/// <summary>
/// Results of presentation attack detection in one attempt, besides the head turn. Every method that this kiosk has must say "live". A
/// method that the kiosk has but that gave too few results counts as "attack".
/// </summary>
/// <param name="Live">Looks of the sensor that said Live.</param>
/// <param name="Attack">Looks of the sensor that said Attack.</param>
/// <param name="Score">Sum of the scores of the passive network, each 0 (attack) to 1 (live).</param>
/// <param name="Scores">Number of these scores.</param>
public readonly record struct LivenessTally(int Live = 0, int Attack = 0, double Score = 0, int Scores = 0)
{
    /// <summary>Looks that must say Live. A head turn takes 1 to 3 s, so there are 15 or more looks.</summary>
    public const int Needed = 5;

    /// <summary>Share of the looks with an answer that must say Live. Not all: hair or a hand in front of the face disturbs some.</summary>
    public const double LiveShare = 0.8;

    /// <summary>Mean of the scores of the passive network; NaN: there is none.</summary>
    public double MeanScore => Score / Scores;

    public LivenessTally With(SensorAnswer look) => look switch
    {
        SensorAnswer.Live => this with { Live = Live + 1 },
        SensorAnswer.Attack => this with { Attack = Attack + 1 },
        SensorAnswer.Unsure => this,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public LivenessTally With(double score) => this with { Score = Score + score, Scores = Scores + 1 };

    /// <summary>The sensor has said often enough what it sees; true without a sensor.</summary>
    public bool HasAnswered(bool hasSensor) => !hasSensor || Live + Attack >= Needed;

    /// <param name="hasSensor">This kiosk has a sensor.</param>
    /// <param name="leastScore">Threshold of the passive network; null: this kiosk has no such network.</param>
    public bool IsLive(bool hasSensor, double? leastScore) =>
        (!hasSensor || (Live >= Needed && Live >= LiveShare * (Live + Attack)))
        && (leastScore is not { } least || (Scores > 0 && MeanScore >= least));
}

/// <summary>
/// Judges a face in near infrared. The default figures are from drawn scenes and not from a real camera: set them on the bench.
/// </summary>
/// <param name="LeastLuma">0 to 255. Screens give no light at 850 or 940 nm, so a face on a screen is as dark as the room.</param>
/// <param name="LeastRelief">
/// Brightness of the middle of the face, divided by that of its rim. With the lamp beside the lens the sides of a head are darker; a
/// sheet of paper is equally bright.
/// </param>
public sealed record InfraredRule(double LeastLuma = 60, double LeastRelief = 1.12)
{
    /// <param name="luma">Mean of the face, 0 to 255.</param>
    /// <param name="relief">Mean luma of the middle of the face, divided by that of its rim.</param>
    /// <returns>Unsure: bright enough, but not clearly round.</returns>
    public SensorAnswer Judge(double luma, double relief)
    {
        if (luma < LeastLuma || relief < 1 + ((LeastRelief - 1) / 2)) return SensorAnswer.Attack;
        return relief >= LeastRelief ? SensorAnswer.Live : SensorAnswer.Unsure;
    }
}
