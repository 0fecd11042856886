using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>The person in front of the simulated camera.</summary>
public enum Person
{
    /// <summary>The person on the card, from a photograph that is not the card's.</summary>
    Holder,

    /// <summary>A person who is not the card holder.</summary>
    Other,
    Nobody,

    /// <summary>Holder and other person side by side.</summary>
    Two,

    /// <summary>A flat print of the holder, held in a hand.</summary>
    Print,

    /// <summary>A film of the holder on a tablet. The person in the film does what the kiosk asks.</summary>
    Screen,
}

/// <summary>The people of the simulated desk, made from photographs outside the repository.</summary>
public sealed class SimulatedPeople : IDisposable
{
    /// <summary>Inter-ocular distance of a person at the right distance, pixels.</summary>
    private const double Iod = 92;
    private static readonly Rect Everywhere = new(0, 0, CameraFrame.Width, CameraFrame.Height);

    private readonly Dictionary<Person, IActor> _actors = [];

    /// <summary>Takes about half a second if pictures and models are available.</summary>
    public SimulatedPeople(ModelStore? store = null)
        : this(store ?? new(), FacePictures.Find)
    {
    }

    /// <param name="find">Finds the photographs; they are disposed here.</param>
    internal SimulatedPeople(ModelStore store, Func<ModelStore, FacePictures?> find)
    {
        Replace(Person.Nobody, new WallActor());
        using FacePictures? pictures = find(store);
        TwoPhotographs = pictures is { TwoPhotographs: true };
        Reason = pictures is null ? FacePictures.NoneFound : "";
        if (pictures is null) return;
        using FaceFinder finder = new(store);
        Build(finder, pictures.HolderCard, pictures.HolderLive, pictures.OtherLive);
    }

    /// <summary>False: only <see cref="Person.Nobody"/> can be shown. <see cref="Reason"/> says why.</summary>
    public bool Available => Reason.Length == 0;

    /// <summary>Empty when available.</summary>
    public string Reason { get; }

    /// <summary>Card photo and live picture of the holder are two photographs.</summary>
    public bool TwoPhotographs { get; }

    /// <summary>The holder's photo as stored on the virtual card, JP2. Empty: not available.</summary>
    public ReadOnlyMemory<byte> CardPhotoJp2 { get; private set; }

    internal IActor this[Person person] => _actors.GetValueOrDefault(person) ?? _actors[Person.Nobody];

    public void Dispose()
    {
        foreach (IActor actor in _actors.Values) actor.Dispose();
        _actors.Clear();
    }

    private static FaceShape Shape(FaceFinder finder, Mat picture, bool alone = true)
    {
        FaceShape shape = new();
        FaceGuidance? wrong = finder.Find(picture, shape);
        return wrong is null || !alone ? shape : throw new InvalidDataException($"simulated person: {wrong}");
    }

    private void Build(FaceFinder finder, Mat card, Mat holder, Mat other)
    {
        FaceShape inCard = Shape(finder, card, alone: false), inHolder = Shape(finder, holder, alone: false),
            inOther = Shape(finder, other, alone: false);
        CardPhotoJp2 = CardPicture.Make(card, inCard);
        Replace(Person.Nobody, new StandingActor(Backdrop.Blur(other), null));
        Replace(Person.Holder, Standing(finder, holder, inHolder));
        Replace(Person.Other, Standing(finder, other, inOther));
        Replace(Person.Two, new StandingActor(Pair(holder, inHolder, other, inOther), null));
        Replace(Person.Screen, new ScreenActor(_actors[Person.Holder], Backdrop.Blur(other)));
        Replace(Person.Print, new PrintActor(Backdrop.Blur(other), Paper(holder, inHolder)));
    }

    private void Replace(Person person, IActor actor)
    {
        if (_actors.Remove(person, out IActor? old)) old.Dispose();
        _actors[person] = actor;
    }

    internal static StandingActor Standing(FaceFinder finder, Mat photo, FaceShape shape)
    {
        Mat view = View(photo, shape);
        return new(view, Shape(finder, view));
    }

    /// <summary>The photograph in the camera's view, at the distance of a patient. The caller disposes it.</summary>
    internal static Mat View(Mat photo, FaceShape shape)
    {
        Mat view = Backdrop.Blur(photo);
        Backdrop.Put(photo, shape.Centre, Iod / shape.Iod, new Vector2(320, 245), Everywhere, view);
        return view;
    }

    private static Mat Pair(Mat left, FaceShape inLeft, Mat right, FaceShape inRight)
    {
        Mat view = Backdrop.Blur(right);
        Backdrop.Put(left, inLeft.Centre, 66 / inLeft.Iod, new Vector2(175, 245), new Rect(0, 0, 320, CameraFrame.Height), view);
        Backdrop.Put(right, inRight.Centre, 66 / inRight.Iod, new Vector2(465, 245), new Rect(320, 0, 320, CameraFrame.Height), view);
        return view;
    }

    internal static Mat Paper(Mat photo, FaceShape shape)
    {
        const int Width = 300, Height = 380, Border = 14;
        Mat paper = new();
        Similarity2D square = Similarity2D.Square(shape.Centre, Width * shape.Iod / 84, 0, Width);
        (square with { Y = square.Y + ((Height - Width) / 2.0) }).Warp(photo, paper, Width, Height);
        Cv2.CopyMakeBorder(paper, paper, Border, Border, Border, Border, BorderTypes.Constant, Scalar.All(235));
        return paper;
    }
}
