using Kiosk.Devices.Light;

namespace Kiosk.Simulators.Board;

/// <summary>A status light that stores the colour it shows. The simulator page and tests read it.</summary>
public sealed class SimulatedLight : IStatusLight
{
    private int _shown;

    /// <summary>Red, green, blue, 0 to 255 each.</summary>
    public (byte Red, byte Green, byte Blue) Shown => ((byte)(_shown >> 16), (byte)(_shown >> 8), (byte)_shown);

    public void Show(byte red, byte green, byte blue) => Volatile.Write(ref _shown, (red << 16) | (green << 8) | blue);

    public void Dispose() => Show(0, 0, 0);
}
