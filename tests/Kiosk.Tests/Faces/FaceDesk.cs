using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

/// <summary>Models, people and pictures shared by the tests of this folder; absent where they cannot be had.</summary>
public sealed class FaceDesk : IDisposable
{
    private readonly Lazy<SimulatedPeople> _people;
    private Task<CardPhoto>? _card;

    public FaceDesk() => _people = new(() => new SimulatedPeople(Store));

    public ModelStore Store { get; } = new();

    public SimulatedPeople People
    {
        get
        {
            SkipWithout("blazeface", "facemesh");
            Skip.IfNot(_people.Value.Available, _people.Value.Reason);
            return _people.Value;
        }
    }

    public void SkipWithout(params string[] models)
    {
        foreach (string model in models) Skip.IfNot(Store.Has(model), $"model {model} is not here");
    }

    /// <summary>How far the drawn holder's mouth is open, as the gesture check measures it.</summary>
    internal double Mouth(HeadMove move)
    {
        using Mat picture = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        People[Person.Holder].Draw(1, move, picture);
        using FaceFinder finder = new(Store);
        FaceShape shape = new();
        Assert.Null(finder.Find(picture, shape));
        return GestureWatch.Mouth(shape);
    }

    /// <summary>A mouth that is wide open already cannot be drawn opening. Measured: 0.16 on the photograph of lfw-dev, 0.22 on that of the
    /// package.</summary>
    internal void SkipWithoutClosedMouth()
    {
        double mouth = Mouth(new());
        Skip.If(mouth > 0.2, $"the holder's mouth is open on this photograph ({mouth:F2}); set KIOSK_FACES to a copy of lfw-dev");
    }

    /// <summary>The holder's card photo, as if it had been read already.</summary>
    public Task<CardPhoto> Card => _card ??= Task.FromResult(Photo(People.CardPhotoJp2.Span));

    public FaceCheck Check(SimulatedCamera camera, FaceCheckOptions? options = null) =>
        new(camera, options ?? new(), TimeProvider.System, Store) { Guided = camera.ShowGuidance };

    public static CardPhoto Photo(ReadOnlySpan<byte> bytes)
    {
        CardPhoto photo = new(new Secret(bytes.Length));
        bytes.CopyTo(photo.Jpeg2000.Fill(bytes.Length));
        return photo;
    }

    public void Dispose()
    {
        _card?.Result.Dispose();
        if (_people.IsValueCreated) _people.Value.Dispose();
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DeskCollection : ICollectionFixture<FaceDesk>
{
    public const string Name = "faces";
}
