using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>Photographs of two persons, from outside the repository. It disposes its pictures.</summary>
/// <param name="HolderCard">The photo on the card.</param>
/// <param name="HolderLive">Another photograph of the same person.</param>
/// <param name="OtherLive">Somebody else of the same sex and group.</param>
/// <param name="TwoPhotographs">False: card photo and live picture are made from one photograph.</param>
internal sealed record FacePictures(Mat HolderCard, Mat HolderLive, Mat OtherLive, bool TwoPhotographs = true) : IDisposable
{
    public const string NoneFound = "no pictures of faces: set KIOSK_FACES to a copy of lfw-dev, or run ./dev models build";

    /// <summary>
    /// People of lfw-dev whose pictures pass all quality checks. Both are East Asian women, because two very different people would
    /// be no test.
    /// The two pictures of the holder were taken on different days (distance 0.58 with mobilefacenet).
    /// </summary>
    private const string Holder = "Wu_Yi";
    private const string Other = "Sachiko_Yamada";

    private static readonly (string Name, Vector2 Centre, double Side, double Degrees) Card = ("demo/sample3.jpg", new(1155, 374), 524, 12);
    private static readonly (string Name, Vector2 Centre, double Side, double Degrees) Live = ("demo/sample1.jpg", new(1557, 334), 430, 40);
    private static readonly (string Name, Vector2 Centre, double Side, double Degrees) Stranger =
        ("demo/sample6.jpg", new(1620, 440), 400, 12);

    /// <summary>The card's own photograph, cropped wider and tilted.</summary>
    private static readonly (string Name, Vector2 Centre, double Side, double Degrees) CardAgain =
        ("demo/sample3.jpg", new(1150, 380), 600, 7);

    /// <summary>
    /// $KIOSK_FACES, then shared/faces/lfw-dev beside the repository, then the group pictures in the npm package of dlib.
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

        return FromPackage(store);
    }

    /// <summary>
    /// The same woman is in two of the six group pictures of npm @vladmandic/face-api. The other person is from a third picture. Where the
    /// recogniser in use refuses the two photographs (dlib does, as it refuses a third of genuine pairs at its safe threshold), the live
    /// picture is the card's own photograph, cropped wider, tilted and with different light.
    /// </summary>
    /// <returns>Null: the package is not here.</returns>
    internal static FacePictures? FromPackage(ModelStore store)
    {
        string tarball = Path.Combine(store.BuildFolder, "npm", "vladmandic-face-api-1.7.15.tgz");
        if (!File.Exists(tarball)) return null;
        Dictionary<string, byte[]> files = NpmPackage.Read(tarball, [Card.Name, Live.Name, Stranger.Name]);
        FacePictures pictures = new(Cut(files, Card), Cut(files, Live), Cut(files, Stranger));
        if (Accepts(store, pictures)) return pictures;
        pictures.HolderLive.Dispose();
        Mat relit = Cut(files, CardAgain);
        relit.ConvertTo(relit, MatType.CV_8UC3, 0.85, 16);
        return pictures with { HolderLive = relit, TwoPhotographs = false };
    }

    public void Dispose()
    {
        HolderCard.Dispose();
        HolderLive.Dispose();
        OtherLive.Dispose();
    }

    private static string Picture(string folder, string person, int number) => Path.Combine(folder, person, $"{person}_{number:D4}.jpg");

    private static Mat Read(string file) => Cv2.ImRead(file, ImreadModes.Color);

    /// <summary>Whether the recogniser that the desk will use takes card photo and live picture for one person.</summary>
    private static bool Accepts(ModelStore store, FacePictures pictures)
    {
        FaceCheckOptions options = new();
        try
        {
            using IFaceMatcher matcher = Matchers.Open(store, options.Engine, options.Profile);
            using FaceFinder finder = new(store);
            FaceShape shape = new();
            float[] card = new float[matcher.TemplateLength], live = new float[matcher.TemplateLength];
            if (!CardReference.Finds(finder, pictures.HolderCard, shape)) return false;
            using Mat decoded = CardPortrait.Decode(CardPicture.Make(pictures.HolderCard, shape));
            if (!CardReference.TryMake(finder, matcher, decoded, shape, card)) return false;
            Mat picture = pictures.HolderLive;
            if (!CardReference.Finds(finder, picture, shape)) return false;
            matcher.CreateTemplate(new(Pixels.Bytes(picture), picture.Width, picture.Height, shape.Points), live);
            return matcher.Compare(card, live) <= matcher.Facts.ThresholdFor(options.Frames);
        }
        catch (FailureException noRecogniser) when (noRecogniser.Failure is Failure.ModelMissing or Failure.ModelNotListed)
        {
            return true; // No recogniser compares them: two photographs are as good as one.
        }
    }

    private static Mat Cut(Dictionary<string, byte[]> files, (string Name, Vector2 Centre, double Side, double Degrees) cut) =>
        Cut(files[cut.Name], cut.Centre, cut.Side, cut.Degrees);

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
