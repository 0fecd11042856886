using System.Security.Cryptography;
using Kiosk.Core.Faces;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine.Presentation;

/// <summary>
/// The light's steps of one attempt, beside the comparison and the head turn: shows them in a random order, collects what the camera sees
/// of each, and has it judged (<see cref="LightJudge"/>). It asks the patient for nothing. Not for two threads at once.
/// </summary>
/// <param name="rule">Limits of this camera and panel.</param>
internal sealed class LightWitness(LightRule rule, LightGeometry geometry, TimeProvider time) : IDisposable
{
    /// <summary>Frames of the page before the steps.</summary>
    private const int FirstFrames = 3;

    /// <summary>Frames of each step that must be usable: one alone could be disturbed.</summary>
    private const int LeastFrames = 2;

    /// <summary>A step is held longer until it has its frames, but not longer. Then the attempt goes on without the light.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1.2);

    private readonly LightCells _cells = new();
    private readonly List<LightStep> _shown = [];
    private readonly List<double[]> _face = [];
    private readonly List<double[]> _rim = [];
    private double[] _faceNow = [];
    private double[] _rimNow = new double[3 * LightCells.RimCount];
    private IFaceLight? _light;
    private LightStep[] _order = [];
    private double[] _squares = [];
    private double[] _within = [];
    private readonly List<int> _counts = [];
    private int _frames;
    private long _since;

    /// <summary>The result of the steps; null: they are not over.</summary>
    public LightFinding? Finding { get; private set; }

    /// <summary>Called with what was measured, before it is judged and zeroed; for the bench.</summary>
    public Action<LightReading>? Read { get; init; }

    /// <summary>The steps run now; their result is worth waiting for.</summary>
    public bool IsRunning => Finding is null && _shown.Count > 0;

    /// <summary>A face check begins.</summary>
    /// <param name="light">Shows the steps; null: nobody can, and the light abstains.</param>
    public void Begin(IFaceLight? light)
    {
        _light = light;
        Restart();
    }

    /// <summary>Another face, or the face was lost: everything begins again.</summary>
    public void Restart()
    {
        if (IsRunning) _light?.Show(default);
        Forget();
        Finding = _light is { Allowed: true } ? null : LightFinding.NotShown;
    }

    /// <summary>Takes one frame with the followed face.</summary>
    /// <param name="usable">The face looks straight ahead and passed the gates.</param>
    public void Look(Mat bgr, FaceShape shape, bool usable)
    {
        if (Finding is not null || _light is not { } light) return;
        if (!light.Allowed)
        {
            End(LightFinding.NotShown);
            return;
        }

        if (_shown.Count == 0)
        {
            if (!usable) return;
            _cells.Begin(shape, geometry);
            _faceNow = new double[3 * _cells.Count];
            (_squares, _within) = (new double[_cells.Count], new double[_cells.Count]);
            _order = LightStep.RandomOrder(RandomNumberGenerator.GetInt32);
            BeginStep(default);
        }

        TimeSpan age = time.GetElapsedTime(_since);
        bool isFirst = _shown.Count == 1;
        if (usable && (isFirst || age.TotalMilliseconds >= rule.SettleMs)) Add(bgr, shape);
        bool complete = isFirst ? _frames >= FirstFrames : _frames >= LeastFrames && age >= LightStep.Hold;
        if (complete) Next();
        else if (age > LongestHold) End(LightFinding.NotShown);
    }

    /// <summary>Ends the steps and zeroes everything that came from the face.</summary>
    public void End() => End(Finding ?? LightFinding.NotShown);

    public void Dispose() => _cells.Dispose();

    private void Next()
    {
        for (int i = 0; i < _squares.Length; i++)
        {
            double sum = LightReading.Tint(_face[^1], i);
            _within[i] += Math.Max(0, _squares[i] - (sum * sum / _frames));
            _squares[i] = 0;
        }

        _counts.Add(_frames);
        for (int i = 0; i < _face[^1].Length; i++) _face[^1][i] /= _frames;
        for (int i = 0; i < _rim[^1].Length; i++) _rim[^1][i] /= _frames;
        if (_shown.Count <= _order.Length)
        {
            BeginStep(_order[_shown.Count - 1]);
            return;
        }

        int repeats = Math.Max(1, _counts.Sum() - _counts.Count);
        for (int i = 0; i < _within.Length; i++) _within[i] /= repeats;
        LightReading reading = new(_cells.Places, _cells.Normals, _shown, [.. _face], [.. _rim], [.. _within], [.. _counts]);
        Read?.Invoke(reading);
        End(LightJudge.Judge(reading, rule, _light!.RoomLux, geometry));
    }

    private void BeginStep(LightStep step)
    {
        _shown.Add(step);
        _face.Add(new double[_faceNow.Length]);
        _rim.Add(new double[_rimNow.Length]);
        (_frames, _since) = (0, time.GetTimestamp());
        if (step != default) _light!.Show(step);
    }

    private void Add(Mat bgr, FaceShape shape)
    {
        _cells.Measure(bgr, shape, _faceNow, _rimNow);
        for (int i = 0; i < _faceNow.Length; i++) _face[^1][i] += _faceNow[i];
        for (int i = 0; i < _rimNow.Length; i++) _rim[^1][i] += _rimNow[i];
        for (int i = 0; i < _squares.Length; i++) _squares[i] += Math.Pow(LightReading.Tint(_faceNow, i), 2);
        _frames++;
    }

    private void End(LightFinding finding)
    {
        if (IsRunning) _light?.Show(default);
        Forget();
        Finding = finding;
    }

    private void Forget()
    {
        foreach (double[] step in _face) Array.Clear(step);
        Array.Clear(_faceNow);
        _shown.Clear();
        _face.Clear();
        _rim.Clear();
        _cells.Clear();
        _counts.Clear();
        Array.Clear(_within);
        (_frames, _squares) = (0, []);
    }
}
