
namespace Kiosk.Devices.Camera;

/// <summary>The camera that looks at the patient. It is opened only for a face check, and closed right after it.</summary>
public interface ICamera
{
    /// <summary>Name for staff and logs: index, device path or the simulated person.</summary>
    string Name { get; }

    /// <summary>Starts the camera, 640 x 480. Takes some hundred milliseconds; the first frames are dark while the exposure
    /// settles.</summary>
    /// <exception cref="Core.Failures.FailureException">CameraMissing, CameraBusy.</exception>
    Task<ICameraStream> OpenAsync(CancellationToken stop);
}

/// <summary>A running camera. Dispose closes it and zeroes its buffers.</summary>
public interface ICameraStream : IAsyncDisposable
{
    /// <summary>
    /// Copies the newest frame into <paramref name="frame"/>, as soon as it is newer than the one in it. Frames that nobody asks for are
    /// dropped. Any number of readers, each with its own frame.
    /// </summary>
    /// <exception cref="Core.Failures.FailureException">CameraMissing: unplugged, silent or frozen.</exception>
    ValueTask NextAsync(CameraFrame frame, CancellationToken stop);
}
