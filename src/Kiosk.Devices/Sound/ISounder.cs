
namespace Kiosk.Devices.Sound;

/// <param name="Hertz">0: a pause; else 100 to 4,000.</param>
/// <param name="Milliseconds">10 to 2,000.</param>
public readonly record struct Note(int Hertz, int Milliseconds);

/// <summary>Plays short tones. The browser plays the speech.</summary>
public interface ISounder : IDisposable
{
    /// <summary>Plays to the end or until stopped; silent afterwards in both cases. A second call waits until the first has
    /// ended.</summary>
    /// <exception cref="Core.Failures.FailureException">BoardDeviceMissing.</exception>
    Task PlayAsync(IReadOnlyList<Note> notes, CancellationToken stop);
}
