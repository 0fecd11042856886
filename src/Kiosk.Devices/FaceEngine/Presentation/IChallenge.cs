using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>One request to the patient to move, checked from frame to frame.</summary>
internal interface IChallenge
{
    FaceGuidance Question { get; }

    ChallengeState State { get; }

    /// <param name="shape">The face of this frame, followed from the frame before.</param>
    /// <param name="usable">It passed all gates, so it may be the baseline as long as nothing was asked.</param>
    ChallengeState Next(FaceShape shape, bool usable);

    /// <summary>A frame without a face: only the time is checked.</summary>
    ChallengeState Miss();

    /// <summary>Zeroes the face of the baseline.</summary>
    void Clear();
}
