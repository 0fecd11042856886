using System.Diagnostics;

namespace Kiosk.Simulators.CardReader;

/// <summary>Figures of the card since it was inserted. Tests and benches read them.</summary>
/// <param name="Apdus">Commands that reached the card.</param>
/// <param name="Bytes">Sum of the bytes of commands and responses.</param>
/// <param name="VerifyCount">VERIFY commands with digits since the card was made.</param>
/// <param name="PhysicalTime">Time that link and card need by the model, milliseconds. A bench subtracts it to get the time of the
/// software.</param>
/// <param name="SelectedFiles">AID/id, in order, since the card was made.</param>
/// <param name="GoneAt">When a fault removed the card, Unix time in ms. Null: no fault removed it.</param>
public sealed record CardStatistics(
    string? Card, int Apdus, long Bytes, int VerifyCount, double PhysicalTime, IReadOnlyCollection<string> SelectedFiles,
        long? GoneAt = null);

/// <summary>Result of a command.</summary>
internal enum CardAnswer
{
    Given,
    Silence,
    Gone,
}

/// <summary>A card in the slot: a virtual card with the delays of its link and with its faults.</summary>
internal sealed class SlottedCard(VirtualCard card, LinkModel link) : IDisposable
{
    private readonly Pacer _pacer = new();
    private readonly ManualResetEvent _left = new(false);
    private int _apdus;
    private long _bytes;
    private TimeSpan _physical;
    private long? _goneAt;

    public VirtualCard Card => card;

    /// <summary>Set when the card is removed from the slot.</summary>
    public WaitHandle Left => _left;

    public CardStatistics Statistics =>
        new(card.Name, _apdus, _bytes, card.VerifyCount, _physical.TotalMilliseconds, card.SelectedFiles, _goneAt);

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
        TimeSpan physical = link.TimeFor(command.Span, response.Length) + faults.Slow;
        _physical += physical;
        _bytes += command.Length + response.Length;
        _pacer.Wait(since, physical, _left);
        return CardAnswer.Given;
    }

    /// <summary>Removes the card. A wait in progress ends.</summary>
    public void Leave() => _left.Set();

    public void Dispose() => _left.Dispose();

    private CardAnswer Go()
    {
        _goneAt ??= TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return CardAnswer.Gone;
    }
}
