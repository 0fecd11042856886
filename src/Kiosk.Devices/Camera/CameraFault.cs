using Kiosk.Core.Failures;

namespace Kiosk.Devices.Camera;

/// <summary>The only place that makes camera failures.</summary>
internal static class CameraFault
{
    /// <param name="detail">Which camera, and what happened: not there, unplugged, silent, frozen.</param>
    public static FailureException Missing(string detail, Exception? inner = null) => new(Failure.CameraMissing, detail, inner);

    /// <summary>It is connected, but none of its pictures can be used.</summary>
    public static FailureException Damaged(string detail) => new(Failure.CameraDamaged, detail);

    public static FailureException Busy(string detail) => new(Failure.CameraBusy, detail);
}
