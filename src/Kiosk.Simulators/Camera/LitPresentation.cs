using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// One person, print or tablet in one room, before a camera that sees the light's steps. Draws frame after frame, with the small movements
/// of a head or a hand. Also for attacks: what is drawn follows from surfaces and light alone.
/// </summary>
internal sealed class LitPresentation : IDisposable
{
    /// <summary>How long a small movement goes on in one direction, seconds.</summary>
    private const double Steady = 0.8;

    private readonly Random _random;
    private readonly LitCamera _camera;
    private readonly LitSurface _surface;
    private readonly double _degrees;
    private readonly Mat[]? _film;
    private readonly float _nits;
    private int _filmFrame;
    private int _stepsSeen;
    private LightStep _last;
    private (double Yaw, double Pitch, double X, double Y) _motion;

    /// <param name="degrees">Standard deviation of the small turns.</param>
    /// <param name="film">What a tablet shows before the steps, in each step and after them; null: no tablet, or one still picture.</param>
    private LitPresentation(LitSurface surface, LitRoom room, bool holdsExposure, double degrees, Random random, Mat[]? film = null,
        float nits = 0)
    {
        (_surface, _degrees, _random, _film, _nits, Lux) = (surface, degrees, random, film, nits, room.Meter);
        _camera = new(surface, room, holdsExposure, random);
    }

    /// <summary>What the kiosk's light sensor reads, lux.</summary>
    public double Lux { get; }

    public static LitPresentation Live(Mat view, FaceShape shape, LitRoom room, Random random) =>
        new(LitHead.From(view, shape, 60 + (6 * random.NextSingle()), random), room, random.Next(2) == 0, 0.4, random);

    /// <param name="bend">Radians at the edge of the paper.</param>
    public static LitPresentation Print(Mat view, FaceShape shape, double bend, LitRoom room, Random random)
    {
        using Mat wall = Backdrop.Blur(view), paper = SimulatedPeople.Paper(view, shape);
        return new(LitAttack.Print(wall, paper, bend, 400 + (70 * random.NextSingle()), random), room, random.Next(2) == 0, 1, random);
    }

    /// <param name="isFilm">A film of this person before another kiosk, whose steps came in another order; it starts with the steps. Else
    /// one still picture.</param>
    public static LitPresentation Tablet(Mat view, FaceShape shape, bool isFilm, LitRoom room, Random random)
    {
        float nits = 200 + (250 * random.NextSingle());
        Mat[] film = isFilm ? Film(view, shape, random) : [view.Clone()];
        using Mat wall = Backdrop.Blur(view);
        LitSurface tablet = LitAttack.Tablet(wall, film[0], 370 + (70 * random.NextSingle()), nits, random);
        return new(tablet, room, random.Next(2) == 0, 0.7, random, film, nits);
    }

    /// <param name="step">What the panel shows.</param>
    /// <param name="seconds">Since the last frame.</param>
    public void Draw(LightStep step, double seconds, Mat frame)
    {
        double keep = Math.Exp(-seconds / Steady), fresh = _degrees * Math.Sqrt(1 - (keep * keep));
        _motion = ((_motion.Yaw * keep) + (fresh * Normal()), (_motion.Pitch * keep) + (fresh * Normal()),
            (_motion.X * keep) + (fresh * Normal()), (_motion.Y * keep) + (fresh * Normal()));
        const float Radian = MathF.PI / 180;
        // A head that turns by a degree also moves by some pixels.
        _camera.Motion = ((float)_motion.Yaw * Radian, (float)_motion.Pitch * Radian,
            (float)((2 * _motion.Yaw) + (3 * _motion.X)), (float)((2 * _motion.Pitch) + (2 * _motion.Y)));
        if (step != _last)
        {
            _last = step;
            _stepsSeen++;
        }

        if (_film is { Length: > 1 } film && Math.Min(_stepsSeen, film.Length - 1) is var now && now != _filmFrame)
        {
            _filmFrame = now;
            LitAttack.Show(_surface, film[now], _nits);
        }

        _camera.Draw(step, frame);
    }

    public void Dispose()
    {
        foreach (Mat picture in _film ?? []) picture.Dispose();
    }

    private static Mat[] Film(Mat view, FaceShape shape, Random random)
    {
        using LitPresentation live = Live(view, shape, LitRoom.Office(random), random);
        LightStep[] order = [default, .. LightStep.RandomOrder(random.Next), default];
        return [.. order.Select(step =>
        {
            Mat frame = new(LitSurface.Height, LitSurface.Width, MatType.CV_8UC3);
            live.Draw(step, 0.3, frame);
            return frame;
        })];
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
