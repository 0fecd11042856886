namespace Kiosk.Devices.Camera;

/// <summary>The camera that looks at the patient. Opened for a face check only, and closed right after it.</summary>
public interface ICamera
{
    /// <summary>For staff and logs: index, device path or the simulated person.</summary>
    string Name { get; }

    /// <summary>Powers it up, 640 x 480. Takes some hundred milliseconds; the first frames are dark while the exposure settles.</summary>
    /// <exception cref="Core.FailureException">CameraMissing, CameraBusy.</exception>
    Task<ICameraStream> OpenAsync(CancellationToken stop);
}

/// <summary>A running camera. Dispose closes it and zeroes what it holds.</summary>
public interface ICameraStream : IAsyncDisposable
{
    /// <summary>
    /// Copies the newest frame into <paramref name="frame"/>, once it is newer than the one already there. Frames nobody
    /// asked for are dropped. Any number of readers, each with a frame of its own.
    /// </summary>
    /// <exception cref="Core.FailureException">CameraMissing: unplugged, silent or frozen.</exception>
    ValueTask NextAsync(CameraFrame frame, CancellationToken stop);
}
