using System.Numerics;
using Kiosk.Core.Faces;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>The conditions that a frame must meet before it is compared. The first one that fails is told to the patient.</summary>
/// <param name="leastIod">Least inter-ocular distance, pixels.</param>
internal sealed class Gates(double leastIod)
{
    /// <summary>How far the face may be from the centre, as a share of the frame's size.</summary>
    private const float FreeX = 0.17f;
    private const float FreeY = 0.20f;

    /// <summary>Degrees. The comparison and the baseline of the head turn both need a face from the front.</summary>
    private const double MostTurned = 15;

    // Below it, on lfw-dev at 500 pixels: 2 % of clean pictures, 98 % of those blurred by 0.06 IOD, 95 to 99 % of those moved by 0.25 IOD.
    private const double LeastSharpness = 0.19;
    private const double LeastFaceLuma = 55;
    private const double BacklitFaceLuma = 90;
    private const double BacklitDifference = 75;

    // 1 % of clean pictures are below 0.95, 1 % of those with painted rims below 1.05; 90 % of painted sunglasses and hands are below 0.69.
    private const double LeastEyeEdges = 0.75;

    // 2 % of clean pictures are below 0.45, 90 % of painted masks of three shades below 0.25. Real masks were not measured.
    private const double LeastMouthEdges = 0.36;

    /// <returns>Null: usable.</returns>
    public FaceGuidance? Check(in FaceQuality quality, FaceShape shape, Size frame) =>
        Place(quality, shape, frame) ?? Light(quality) ?? Face(quality);

    private FaceGuidance? Place(in FaceQuality quality, FaceShape shape, Size frame)
    {
        double mostIod = frame.Height / 3.0;
        if (quality.Iod > mostIod) return FaceGuidance.StepBack;
        Vector2 off = (shape.Centre - new Vector2(frame.Width / 2f, frame.Height / 2f)) / new Vector2(frame.Width, frame.Height);
        // The picture is not mirrored: a face on its left is to the patient's right of the centre, so the patient must move to the left.
        if (off.X < -FreeX) return FaceGuidance.MoveLeft;
        if (off.X > FreeX) return FaceGuidance.MoveRight;
        if (off.Y < -FreeY) return FaceGuidance.MoveDown;
        if (off.Y > FreeY) return FaceGuidance.MoveUp;
        if (quality.Iod < leastIod) return FaceGuidance.ComeCloser;
        return IsWhole(shape, frame) ? null : FaceGuidance.ShowWholeFace;
    }

    private static FaceGuidance? Light(in FaceQuality quality)
    {
        if (quality.FaceLuma < BacklitFaceLuma && quality.SceneLuma - quality.FaceLuma > BacklitDifference)
            return FaceGuidance.LightBehindYou;
        return quality.FaceLuma < LeastFaceLuma ? FaceGuidance.TooDark : null;
    }

    private static FaceGuidance? Face(in FaceQuality quality)
    {
        if (Math.Abs(quality.Pose.Yaw) > MostTurned || Math.Abs(quality.Pose.Pitch) > MostTurned) return FaceGuidance.FaceForward;
        if (quality.Sharpness < LeastSharpness) return FaceGuidance.HoldStill;
        if (quality.EyeEdges < LeastEyeEdges) return FaceGuidance.ShowEyes;
        return quality.MouthEdges < LeastMouthEdges ? FaceGuidance.TakeOffMask : null;
    }

    private static bool IsWhole(FaceShape shape, Size frame)
    {
        foreach (Vector3 p in shape.Mesh)
        {
            if (p.X < 0 || p.Y < 0 || p.X >= frame.Width || p.Y >= frame.Height) return false;
        }

        return true;
    }
}
