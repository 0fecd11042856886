namespace Kiosk.Devices.FaceEngine;

/// <summary>Figures of a check for benches and the technician's screen. No picture and no template.</summary>
public sealed class FaceTrace
{
    private readonly List<double> _frames = [];

    /// <summary>Time for each frame, milliseconds, in order.</summary>
    public IReadOnlyList<double> FrameMs => _frames;

    /// <summary>Distance of the last comparison in the engine's unit; NaN before the first.</summary>
    public double Distance { get; internal set; } = double.NaN;

    /// <summary>Largest value in the last head turn, in inter-ocular distances; NaN before the first.</summary>
    public double ParallaxChange { get; internal set; } = double.NaN;

    /// <inheritdoc cref="ParallaxChange"/>
    public double Residual { get; internal set; } = double.NaN;

    /// <summary>Answers of the sensor and the passive network in the running attempt or in the one that passed.</summary>
    public Core.Faces.LivenessTally Presence { get; internal set; }

    /// <summary>What the light's steps said in the last attempt; null: they are off, or not over.</summary>
    public Core.Faces.LightFinding? Light { get; internal set; }

    internal void Add(double frameMs) => _frames.Add(frameMs);

    internal void Clear()
    {
        _frames.Clear();
        Presence = default;
        Light = null;
        (Distance, ParallaxChange, Residual) = (double.NaN, double.NaN, double.NaN);
    }
}
