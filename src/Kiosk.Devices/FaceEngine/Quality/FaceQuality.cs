namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>Measurements of a face before it is compared. Luma is 0 to 255.</summary>
/// <param name="Iod">Inter-ocular distance, pixels.</param>
/// <param name="Sharpness">Fine detail in the direction that has the least, relative to a sharp face: about 1; near 0 when out of focus
/// or moving.</param>
/// <param name="FaceLuma">Mean over the skin area of the chip.</param>
/// <param name="SceneLuma">Mean over the frame outside the face.</param>
/// <param name="EyeEdges">Strength of horizontal edges (Sobel in y) at the eye that has fewer, relative to the skin's contrast; near 0
/// when something covers the eye.</param>
/// <param name="MouthEdges">The same at the mouth, relative to the eyes; near 0 when something smooth covers the mouth.</param>
internal readonly record struct FaceQuality(double Iod, HeadPose Pose, double Sharpness, double FaceLuma, double SceneLuma,
    double EyeEdges, double MouthEdges);
