using System.Numerics;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>Photographs of two persons, from outside the repository. It disposes its pictures.</summary>
/// <param name="HolderCard">The photo on the card.</param>
/// <param name="HolderLive">Another photograph of the same person.</param>
/// <param name="OtherLive">Somebody else of the same sex and group.</param>
internal sealed record FacePictures(Mat HolderCard, Mat HolderLive, Mat OtherLive) : IDisposable
{
    public const string NoneFound = "no pictures of faces: set KIOSK_FACES to a copy of lfw-dev, or run ./dev models build";

    /// <summary>
    /// People of lfw-dev whose pictures pass all quality checks. Both are East Asian women, because two very different people would
    /// be no test.
    /// The two pictures of the holder were taken on different days (distance 0.58 with mobilefacenet).
    /// </summary>
    private const string Holder = "Wu_Yi";
    private const string Other = "Sachiko_Yamada";

    /// <summary>
    /// $KIOSK_FACES, then shared/faces/lfw-dev beside the repository, then the group pictures in the recogniser's npm package.
    /// </summary>
    /// <returns>Null: there are no pictures.</returns>
    public static FacePictures? Find(ModelStore store)
    {
        string root = Path.GetDirectoryName(Path.GetFullPath(store.Home))!;
        string? given = Environment.GetEnvironmentVariable("KIOSK_FACES");
        IEnumerable<string> folders = [.. string.IsNullOrEmpty(given) ? [] : new[] { given },
            .. ParentFolders.Folders(root, Path.Combine("shared", "faces", "lfw-dev"))];
        foreach (string folder in folders)
        {
            string[] files = [Picture(folder, Holder, 1), Picture(folder, Holder, 3), Picture(folder, Other, 3)];
            if (Array.TrueForAll(files, File.Exists)) return new(Read(files[0]), Read(files[1]), Read(files[2]));
        }

        string package = Path.Combine(store.BuildFolder, "npm", "vladmandic-face-api-1.7.15.tgz");
        bool onlyDlib = ModelCheck.List(store).Any(m => m is { Model.Id: "mobilefacenet", Trouble: not null });
        return File.Exists(package) ? FromPackage(package, onlyDlib) : null;
    }

    public void Dispose()
    {
        HolderCard.Dispose();
        HolderLive.Dispose();
        OtherLive.Dispose();
    }

    private static string Picture(string folder, string person, int number) => Path.Combine(folder, person, $"{person}_{number:D4}.jpg");

    private static Mat Read(string file) => Cv2.ImRead(file, ImreadModes.Color);

    /// <summary>
    /// The same woman is in two of the six pictures (mobilefacenet distance 0.8). The other person is from a third picture.
    /// </summary>
    /// <param name="relit">True with dlib: at its safe threshold it refuses this pair, as it refuses a quarter of genuine pairs.
    /// The live picture is then the card's own photograph, cropped wider, tilted and with different light.</param>
    private static FacePictures FromPackage(string tarball, bool relit)
    {
        (string Name, Vector2 Centre, double Side, double Degrees)[] cuts =
        [
            ("demo/sample3.jpg", new(1155, 374), 524, 12),
            relit ? ("demo/sample3.jpg", new(1150, 380), 600, 7) : ("demo/sample1.jpg", new(1557, 334), 430, 40),
            ("demo/sample6.jpg", new(1620, 440), 400, 12),
        ];
        Dictionary<string, byte[]> files = NpmPackage.Read(tarball, [.. cuts.Select(c => c.Name)]);
        Mat[] pictures = [.. cuts.Select(c => Cut(files[c.Name], c.Centre, c.Side, c.Degrees))];
        if (relit) pictures[1].ConvertTo(pictures[1], MatType.CV_8UC3, 0.85, 16);
        return new(pictures[0], pictures[1], pictures[2]);
    }

    /// <param name="side">Side of the square that is cropped, pixels.</param>
    /// <param name="degrees">Clockwise tilt of the head in the picture. The result is upright.</param>
    private static Mat Cut(byte[] jpeg, Vector2 centre, double side, double degrees)
    {
        const int Side = 500;
        using Mat group = Cv2.ImDecode(jpeg, ImreadModes.Color);
        Mat one = group.EmptyClone();
        Similarity2D.Square(centre, side, degrees * Math.PI / 180, Side).Warp(group, one, Side, Side);
        return one;
    }
}
