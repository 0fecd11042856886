using System.Globalization;
using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Writes presentations for <c>kiosk-lab bench pad</c>, drawn from photographs of people: live heads that turn, and the prints and
/// screens that an attacker would show instead. They are drawn, not filmed. The heads turn by the same kind of mesh that the check
/// fits, so the measured BPCER is too good. Prints and screens are exact planes and cylinders, so the measured APCER is a bound for
/// what geometry alone can detect.
/// </summary>
public static class PadRecordings
{
    /// <summary>Two seconds at 15 frames a second: straight, turned, straight.</summary>
    private const int Frames = 30;
    private static readonly int[] Quality = [(int)ImwriteFlags.JpegQuality, 92];

    /// <param name="images">One folder of pictures for each person.</param>
    /// <param name="to">Folder to write <c>bonafide/NUMBER</c> and <c>attacks/SPECIES/NUMBER</c> to. It holds pictures of people:
    /// delete it after the measurement.</param>
    /// <returns>Number of people recorded.</returns>
    /// <exception cref="InvalidDataException">The folder has no pictures of people.</exception>
    public static int Write(ModelStore store, string images, string to, int people, IProgress<string> progress, CancellationToken stop)
    {
        if (!Directory.Exists(images))
            throw new InvalidDataException($"{images}: no such folder; one folder of pictures for each person is expected");
        using FaceFinder finder = new(store);
        int done = 0;
        foreach (string person in Directory.EnumerateDirectories(images).Order(StringComparer.Ordinal))
        {
            if (done == people) break;
            stop.ThrowIfCancellationRequested();
            using Mat photo = Directory.EnumerateFiles(person).Order(StringComparer.Ordinal).Select(f => Cv2.ImRead(f, ImreadModes.Color))
                .FirstOrDefault() ?? new();
            if (photo.Empty()) continue;
            if (photo.Width < 500) Cv2.Resize(photo, photo, new Size(0, 0), 2, 2, InterpolationFlags.Cubic);
            FaceShape shape = new();
            if (finder.Find(photo, shape) is not (null or FaceGuidance.OnlyOnePerson)) continue;
            using StandingActor? live = Alone(finder, photo, shape);
            if (live is null) continue;
            string number = (++done).ToString("000", CultureInfo.InvariantCulture);
            // The side of the turn alternates, as in visits.
            double side = done % 2 == 0 ? 1 : -1;
            Film(live, side, Path.Combine(to, "bonafide", number));
            foreach ((string species, Func<IActor> make) in Attacks(live, photo, shape))
            {
                using IActor attack = make();
                Film(attack, side, Path.Combine(to, "attacks", species, number));
            }

            if (done % 10 == 0) progress.Report($"{done} people");
        }

        return done > 0 ? done : throw new InvalidDataException($"{images}: no face in any picture");
    }

    /// <summary>Null: another person is in the picture, or the face is cut off.</summary>
    private static StandingActor? Alone(FaceFinder finder, Mat photo, FaceShape shape)
    {
        try
        {
            return SimulatedPeople.Standing(finder, photo, shape);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static (string Species, Func<IActor> Make)[] Attacks(StandingActor live, Mat photo, FaceShape shape) =>
    [
        ("print-flat", () => new PrintActor(Backdrop.Blur(photo), SimulatedPeople.Paper(photo, shape))),
        ("print-bent-35", () => new PrintActor(Backdrop.Blur(photo), SimulatedPeople.Paper(photo, shape), 35 * Math.PI / 180)),
        ("print-bent-70", () => new PrintActor(Backdrop.Blur(photo), SimulatedPeople.Paper(photo, shape), 70 * Math.PI / 180)),
        ("screen-still", () => new ScreenActor(live, Backdrop.Blur(photo), still: true)),
        ("screen-film-cued", () => new ScreenActor(live, Backdrop.Blur(photo))),
    ];

    private static void Film(IActor actor, double side, string folder)
    {
        Directory.CreateDirectory(folder);
        using Mat frame = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        using SensorNoise noise = new();
        for (int i = 0; i < Frames; i++)
        {
            double seconds = 1 + (i / 15.0), turned = Math.Clamp(1.6 * Math.Sin(Math.PI * i / (Frames - 1)), 0, 1);
            actor.Draw(seconds, new(Turn: side * turned), frame);
            noise.Apply(frame, seconds);
            Cv2.ImWrite(Path.Combine(folder, $"{i:00}.jpg"), frame, Quality);
        }
    }
}
