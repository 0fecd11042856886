using Kiosk.Core.Faces;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>One request to move, followed from frame to frame.</summary>
internal interface IChallenge
{
    FaceGuidance Question { get; }

    ChallengeState State { get; }

    /// <param name="shape">This frame's face, tracked from the one before.</param>
    /// <param name="usable">It meets all gates: good as the baseline as long as nothing was asked.</param>
    ChallengeState Next(FaceShape shape, bool usable);

    /// <summary>A frame without a face to follow: only the time runs.</summary>
    ChallengeState Miss();

    /// <summary>Zeroes the shape of the face it began with.</summary>
    void Clear();
}
