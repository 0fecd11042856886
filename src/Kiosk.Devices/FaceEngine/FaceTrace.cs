namespace Kiosk.Devices.FaceEngine;

/// <summary>Figures of a check for benches and the technician's screen; nothing in it shows a face.</summary>
public sealed class FaceTrace
{
    private readonly List<double> _frames = [];

    /// <summary>Whole frames, milliseconds, in order.</summary>
    public IReadOnlyList<double> FrameMs => _frames;

    /// <summary>Distance of the last comparison in the engine's unit; NaN before the first.</summary>
    public double Distance { get; internal set; } = double.NaN;

    /// <summary>Largest of the last head turn, inter-ocular distances.</summary>
    public double ParallaxChange { get; internal set; } = double.NaN;

    /// <inheritdoc cref="ParallaxChange"/>
    public double Residual { get; internal set; } = double.NaN;

    /// <summary>What sensor and passive network said in the attempt that runs or passed.</summary>
    public Core.Faces.LivenessTally Presence { get; internal set; }

    internal void Add(double frameMs) => _frames.Add(frameMs);

    internal void Clear()
    {
        _frames.Clear();
        Presence = default;
        (Distance, ParallaxChange, Residual) = (double.NaN, double.NaN, double.NaN);
    }
}
