using Kiosk.Devices.Sound;

namespace Kiosk.Simulators.Board;

/// <summary>A buzzer that stores its last tones. The simulator page and tests read them.</summary>
public sealed class SimulatedSounder : ISounder
{
    private IReadOnlyList<Note> _last = [];

    /// <summary>The tones played last. Empty: nothing was played yet.</summary>
    public IReadOnlyList<Note> Last => Volatile.Read(ref _last);

    /// <summary>Number of tone sequences played so far.</summary>
    public int Count { get; private set; }

    public Task PlayAsync(IReadOnlyList<Note> notes, CancellationToken stop)
    {
        Volatile.Write(ref _last, notes);
        Count++;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // There is no sound to stop.
    }
}
