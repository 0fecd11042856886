namespace Kiosk.Devices.FaceEngine;

/// <summary>What is asked of the patient to tell a head from a picture.</summary>
public enum Challenge
{
    /// <summary>Nothing: a print or a screen held before the camera passes. Only with a depth or infrared sensor of its own.</summary>
    None,

    /// <summary>
    /// Turn the head to a side chosen at random (face.md 9.2); who says that they cannot is asked to open the mouth and
    /// to close it (<see cref="Core.Faces.GestureChallenge"/>), which proves less.
    /// </summary>
    Turn,
}

/// <summary>Settings under <c>face</c>.</summary>
/// <param name="Engine">Model id; null: the best one present.</param>
/// <param name="Profile">dev, staffed or unattended: which threshold, and whether the model may be used at all.</param>
/// <param name="Frames">Usable frames whose templates are averaged, 1 to 5.</param>
/// <param name="Challenge">Turn is the default for staffed use too: without it a print of the card's own photo passes.</param>
/// <param name="LeastIod">Inter-ocular distance, pixels, below which the patient is asked to come closer; 20 to 120.</param>
/// <param name="TurnSeconds">Time to turn the head after being asked, 1 to 10.</param>
/// <param name="Cohort">File of templates to normalise against; null: none, the default.</param>
/// <param name="CohortThreshold">Its own threshold, 0 to 20, as the bench found it.</param>
/// <param name="GestureSeconds">Time for the gesture of those who cannot turn, 2 to 20.</param>
public sealed record FaceCheckOptions(
    string? Engine = null,
    string Profile = "staffed",
    int Frames = 3,
    Challenge Challenge = Challenge.Turn,
    int LeastIod = 60,
    double TurnSeconds = 3,
    double GestureSeconds = 6,
    string? Cohort = null,
    double CohortThreshold = 0);
