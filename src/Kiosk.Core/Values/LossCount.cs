namespace Kiosk.Core.Values;

/// <summary>
/// Counts what could not be written, for example lines of a log. A full disk must not stop a program, but staff must hear of it.
/// Thread-safe.
/// </summary>
public sealed class LossCount
{
    private const int ToldEvery = 100;
    private readonly Lock _gate = new();

    /// <summary>The first loss, each hundredth one, and the first success after a loss. Raised outside the lock, on the writing
    /// thread.</summary>
    public event Action<LossCount>? Changed;

    /// <summary>Lost since the start.</summary>
    public long Lost { get; private set; }

    /// <summary>The newest attempt failed.</summary>
    public bool IsLosing { get; private set; }

    /// <summary>One more could not be written.</summary>
    public void AddLoss()
    {
        bool tell;
        lock (_gate)
        {
            tell = !IsLosing || (Lost + 1) % ToldEvery == 0;
            (Lost, IsLosing) = (Lost + 1, true);
        }

        if (tell) Changed?.Invoke(this);
    }

    /// <summary>One was written.</summary>
    public void AddSuccess()
    {
        lock (_gate)
        {
            if (!IsLosing) return;
            IsLosing = false;
        }

        Changed?.Invoke(this);
    }
}
