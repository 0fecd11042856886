namespace Kiosk.Devices.FaceEngine.Quality;

/// <summary>What can be measured of a face before it is compared. Luma is 0 to 255.</summary>
/// <param name="Iod">Inter-ocular distance, pixels.</param>
/// <param name="Sharpness">Fine detail in the direction that shows least of it, over the usual of a sharp face; about 1, near 0 when out of focus or moving.</param>
/// <param name="FaceLuma">Median over the chip's skin.</param>
/// <param name="SceneLuma">Mean over the frame outside the face.</param>
/// <param name="EyeEdges">Vertical edges of the eye that shows fewer, over the skin's contrast; near 0 when something covers it.</param>
/// <param name="MouthEdges">Vertical edges of the mouth over those of the eyes; near 0 when something smooth covers the mouth.</param>
internal readonly record struct FaceQuality(double Iod, HeadPose Pose, double Sharpness, double FaceLuma, double SceneLuma, double EyeEdges, double MouthEdges);
