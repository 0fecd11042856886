namespace Kiosk.Devices.FaceEngine;

/// <summary>What the patient is asked to do, to tell a head from a picture.</summary>
public enum Challenge
{
    /// <summary>Nothing. A print or a screen in front of the camera passes, so use it only with a depth or infrared sensor.</summary>
    None,

    /// <summary>
    /// Turn the head to a side chosen at random. A patient who cannot is asked to open and close the mouth instead
    /// (<see cref="Core.Faces.GestureChallenge"/>), which proves less; see README.md in this folder.
    /// </summary>
    Turn,
}

/// <summary>Settings under <c>face</c>.</summary>
/// <param name="Engine">Model id; null: the best model that is present.</param>
/// <param name="Profile">dev, staffed or unattended: selects the threshold; the model must be approved for it.</param>
/// <param name="Frames">Usable frames whose templates are averaged, 1 to 5.</param>
/// <param name="Challenge">Turn is the default also for staffed use: without it a print of the card photo passes.</param>
/// <param name="LeastIod">Inter-ocular distance, pixels, below which the patient is asked to come closer; 20 to 120.</param>
/// <param name="TurnSeconds">
/// Seconds to turn the head after the request, 1 to 10. The request can come half a second after the card was laid down, so there is time
/// to look up and to read it.
/// </param>
/// <param name="Cohort">File of templates to normalise against; null: none, the default.</param>
/// <param name="CohortThreshold">Threshold for normalised distances, 0 to 20, as found by the bench.</param>
/// <param name="Light">Limits for the light's steps; null: they are off.</param>
/// <param name="GestureSeconds">Seconds for the gesture of a patient who cannot turn, 2 to 20.</param>
public sealed record FaceCheckOptions(
    string? Engine = null,
    string Profile = "staffed",
    int Frames = 3,
    Challenge Challenge = Challenge.Turn,
    int LeastIod = 60,
    double TurnSeconds = 6,
    double GestureSeconds = 6,
    string? Cohort = null,
    double CohortThreshold = 0,
    Presentation.LightLimits? Light = null);
