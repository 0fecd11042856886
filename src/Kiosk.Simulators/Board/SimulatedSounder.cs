using Kiosk.Devices.Sound;

namespace Kiosk.Simulators.Board;

/// <summary>A buzzer that remembers its last tones, for the simulator's page and tests.</summary>
public sealed class SimulatedSounder : ISounder
{
    private IReadOnlyList<Note> _last = [];

    /// <summary>The tones played last; empty: none yet.</summary>
    public IReadOnlyList<Note> Last => Volatile.Read(ref _last);

    /// <summary>How often something was played.</summary>
    public int Count { get; private set; }

    public Task PlayAsync(IReadOnlyList<Note> notes, CancellationToken stop)
    {
        Volatile.Write(ref _last, notes);
        Count++;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // Nothing sounds.
    }
}
