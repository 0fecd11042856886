using System.Security.Cryptography;

namespace Kiosk.Devices.Camera;

/// <summary>
/// One picture in a pinned buffer that its owner uses again and again; zeroed by Dispose. Not mirrored: the patient's right side is on the
/// left.
/// </summary>
public sealed class CameraFrame : IDisposable
{
    public const int Width = 640;
    public const int Height = 480;

    private readonly byte[] _bgr = GC.AllocateArray<byte>(Width * Height * 3, pinned: true);

    /// <summary>8-bit rows from top to bottom, blue, green, red; 640 * 480 * 3 bytes.</summary>
    public Span<byte> Bgr => _bgr;

    /// <summary>Number of the camera's frame, from 1; 0: empty.</summary>
    public long Number { get; set; }

    /// <summary>Time of arrival, <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long Arrived { get; set; }

    /// <summary>Time of capture according to the driver, on the clock of <see cref="Arrived"/>; 0 if the driver does not report
    /// it.</summary>
    public long Captured { get; set; }

    /// <summary>Frames that were empty or damaged since the camera was opened; they are not counted in <see cref="Number"/>.</summary>
    public long Dropped { get; set; }

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bgr);
        Number = 0;
    }

    public void Dispose() => Clear();

    public override string ToString() => "CameraFrame";
}
