using System.Diagnostics;

namespace Kiosk.Simulators.CardReader;

/// <summary>Figures of the card since it was inserted; read by tests and by the bench.</summary>
/// <param name="Apdus">Commands that reached the card.</param>
/// <param name="Bytes">Of commands and responses together.</param>
/// <param name="VerifyCount">VERIFY with digits since the card was made.</param>
/// <param name="PhysicalTime">What link and card would have taken, milliseconds: a bench subtracts it to see its own part.</param>
/// <param name="SelectedFiles">AID/id, in order, since the card was made.</param>
/// <param name="GoneAt">When a fault took it off the reader, Unix time in ms; null: it lies there, or was pulled.</param>
public sealed record CardStatistics(
    string? Card, int Apdus, long Bytes, int VerifyCount, double PhysicalTime, IReadOnlyCollection<string> SelectedFiles, long? GoneAt = null);

/// <summary>What became of a command.</summary>
internal enum CardAnswer
{
    Given,
    Silence,
    Gone,
}

/// <summary>A card in the slot: its operating system, behind its link's time and its faults.</summary>
internal sealed class SlottedCard(VirtualCard card, LinkModel link) : IDisposable
{
    private readonly Pacer _pacer = new();
    private readonly ManualResetEvent _left = new(false);
    private int _apdus;
    private long _bytes;
    private TimeSpan _physical;
    private long? _goneAt;

    public VirtualCard Card => card;

    /// <summary>Set when the card leaves the slot.</summary>
    public WaitHandle Left => _left;

    public CardStatistics Statistics => new(card.Name, _apdus, _bytes, card.VerifyCount, _physical.TotalMilliseconds, card.SelectedFiles, _goneAt);

    public CardAnswer Answer(ReadOnlyMemory<byte> command, out byte[] response)
    {
        long since = Stopwatch.GetTimestamp();
        CardFaults faults = card.Faults;
        int index = _apdus++;
        response = [];
        if (index >= faults.PullAt) return Go();
        if (index >= faults.SilentFrom) return CardAnswer.Silence;

        response = card.Process(command);
        if (index == faults.LoseAt) return Go();
        response = faults.Spoil(index, response);
        TimeSpan physical = link.Of(command.Span, response.Length) + faults.Slow;
        _physical += physical;
        _bytes += command.Length + response.Length;
        _pacer.Wait(since, physical, _left);
        return CardAnswer.Given;
    }

    /// <summary>The card leaves: a wait under way ends.</summary>
    public void Leave() => _left.Set();

    public void Dispose() => _left.Dispose();

    private CardAnswer Go()
    {
        _goneAt ??= TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return CardAnswer.Gone;
    }
}
