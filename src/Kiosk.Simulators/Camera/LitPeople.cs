using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>People for the renderer: one photograph of each, laid into the camera's view.</summary>
internal static class LitPeople
{
    /// <param name="images">One folder of pictures for each person.</param>
    /// <param name="half">0 or 1: every second folder, so that limits are chosen on other people than those of the figures; null: all.
    /// </param>
    /// <returns>640 x 480 BGR, disposed by the caller, and the face in it. Others are left out.</returns>
    /// <exception cref="InvalidDataException">There is no such folder.</exception>
    public static IEnumerable<(Mat View, FaceShape Shape)> In(FaceFinder finder, string images, int? half = null)
    {
        if (!Directory.Exists(images))
            throw new InvalidDataException($"{images}: no such folder; one folder of pictures for each person is expected");
        string[] folders = [.. Directory.EnumerateDirectories(images).Order(StringComparer.Ordinal)];
        foreach (string person in folders.Where((_, i) => half is null || i % 2 == half))
        {
            using Mat photo = Directory.EnumerateFiles(person).Order(StringComparer.Ordinal).Select(f => Cv2.ImRead(f, ImreadModes.Color))
                .FirstOrDefault() ?? new();
            if (photo.Empty()) continue;
            if (photo.Width < 500) Cv2.Resize(photo, photo, new Size(0, 0), 2, 2, InterpolationFlags.Cubic);
            FaceShape shape = new();
            if (finder.Find(photo, shape) is not (null or FaceGuidance.OnlyOnePerson)) continue;
            Mat view = SimulatedPeople.View(photo, shape);
            FaceShape placed = new();
            if (finder.Find(view, placed) is null) yield return (view, placed);
            else view.Dispose();
        }
    }
}
