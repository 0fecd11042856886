using System.Threading.Channels;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>Turns the states that the monitor sees into events. Each is written once, and a card's removal always before the loss of its
/// reader.</summary>
internal sealed class ReaderEventWriter(ChannelWriter<ReaderEvent> news, ReaderPattern pattern)
{
    private Failure? _lost;
    private string? _reader;
    private string? _cardIn;
    private int _events;

    /// <summary>Number of events written so far.</summary>
    public int EventCount { get; private set; }

    public void ServiceDown() => Lost(Failure.ReaderServiceDown, OperatingSystem.IsWindows() ? "SCardSvr" : "pcscd");

    /// <param name="others">Readers that are present but do not match the pattern.</param>
    public void ReaderMissing(IReadOnlyList<string> others) =>
        Lost(Failure.ReaderMissing, others.Count == 0 ? pattern.Pattern : $"{pattern.Pattern} (found: {string.Join(", ", others)})");

    /// <param name="slots">All slots of the device, at least one; the preferred one first.</param>
    public void Seen(ReadOnlySpan<ReaderWatch> slots)
    {
        // The service may still list a reader that is gone.
        foreach (ReaderWatch slot in slots)
        {
            if ((slot.Seen & (ReaderStates.Unknown | ReaderStates.Unavailable)) == 0) continue;
            ReaderMissing([]);
            return;
        }

        if (_reader != slots[0].Name)
        {
            CardGone();
            Write(new ReaderEvent.Found(slots[0].Name));
            (_reader, _lost) = (slots[0].Name, null);
        }

        // If the card was exchanged between two looks, only the counter shows it.
        foreach (ReaderWatch slot in slots)
            if (slot.Name == _cardIn && (!slot.IsPresent || slot.Events != _events)) CardGone();
        foreach (ReaderWatch slot in slots)
        {
            if (_cardIn is not null || !slot.IsPresent) continue;
            Write(new ReaderEvent.CardInserted());
            (_cardIn, _events) = (slot.Name, slot.Events);
        }
    }

    private void Lost(Failure why, string detail)
    {
        if (_lost == why) return;
        CardGone();
        Write(new ReaderEvent.Lost(why, detail));
        (_lost, _reader) = (why, null);
    }

    private void CardGone()
    {
        if (_cardIn is not null) Write(new ReaderEvent.CardRemoved());
        _cardIn = null;
    }

    private void Write(ReaderEvent piece)
    {
        EventCount++;
        news.TryWrite(piece);
    }
}
