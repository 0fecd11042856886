using System.Threading.Channels;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// Turns the states that the monitor sees into events. Each is written once, and a card's removal always before the loss of its reader.
/// Each slot is followed by itself; of several cards the first one counts until it leaves.
/// </summary>
internal sealed class ReaderEventWriter(ChannelWriter<ReaderEvent> news, ReaderPattern pattern, bool isWindows)
{
    /// <summary>Slots that have been "present, mute" since they were first seen. Nobody laid a card there.</summary>
    private readonly HashSet<string> _muteSinceStart = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Failure? _lost;
    private string? _reader;
    private volatile string? _cardIn;
    private int _events;

    /// <summary>Number of events written so far.</summary>
    public int EventCount { get; private set; }

    /// <summary>The slot of the card that was reported last and still lies there; null: none. Read from any thread.</summary>
    public string? CardIn => _cardIn;

    /// <param name="code">Why there is no context, or why its calls fail.</param>
    public void ServiceDown(uint code)
    {
        if (PcscFailure.IsReaderGone(code, isWindows)) ReaderMissing([]);
        else Lost(Failure.ReaderServiceDown, isWindows ? "SCardSvr" : "pcscd");
    }

    /// <summary>A new context: every slot is seen for the first time.</summary>
    public void Begin()
    {
        _muteSinceStart.Clear();
        _known.Clear();
    }

    /// <param name="others">Readers that are present but do not match the pattern.</param>
    public void ReaderMissing(IReadOnlyList<string> others) =>
        Lost(Failure.ReaderMissing, others.Count == 0 ? pattern.Pattern : $"{pattern.Pattern} (found: {string.Join(", ", others)})");

    /// <param name="slots">All slots of the device, at least one; the preferred one first.</param>
    public void Seen(ReadOnlySpan<ReaderWatch> slots)
    {
        // The service may still list a reader that is gone.
        string? preferred = null;
        foreach (ReaderWatch slot in slots)
            if (IsThere(slot)) preferred ??= slot.Name;
        if (preferred is null)
        {
            ReaderMissing([]);
            return;
        }

        if (_reader != preferred)
        {
            if (_cardIn is { } cardIn && !IsListed(slots, cardIn)) CardGone();
            Write(new ReaderEvent.Found(preferred));
            (_reader, _lost) = (preferred, null);
        }

        // If the card was exchanged between two looks, only the counter shows it.
        foreach (ReaderWatch slot in slots)
            if (slot.Name == _cardIn && (!IsThere(slot) || !slot.IsPresent || slot.Events != _events)) CardGone();
        foreach (ReaderWatch slot in slots)
        {
            if (!IsThere(slot) || !HoldsCard(slot) || _cardIn is not null) continue;
            (_cardIn, _events) = (slot.Name, slot.Events);
            Write(new ReaderEvent.CardInserted());
        }

        foreach (ReaderWatch slot in slots)
            if (IsThere(slot)) _known.Add(slot.Name);
    }

    private static bool IsThere(in ReaderWatch slot) => (slot.Seen & (ReaderStates.Unknown | ReaderStates.Unavailable)) == 0;

    private static bool IsListed(ReadOnlySpan<ReaderWatch> slots, string name)
    {
        foreach (ReaderWatch slot in slots)
            if (slot.Name == name && IsThere(slot)) return true;
        return false;
    }

    /// <summary>
    /// A card lies there. A slot that is mute since it was first seen holds none (SAM slots); one laid down later that stays mute does, and
    /// the visit says that it cannot be read.
    /// </summary>
    private bool HoldsCard(in ReaderWatch slot)
    {
        bool isMute = slot.IsPresent && slot.Seen.HasFlag(ReaderStates.Mute);
        if (!isMute) _muteSinceStart.Remove(slot.Name);
        else if (!_known.Contains(slot.Name) && slot.Name != _cardIn) _muteSinceStart.Add(slot.Name);
        return slot.IsPresent && !_muteSinceStart.Contains(slot.Name);
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
        bool wasThere = _cardIn is not null;
        _cardIn = null;
        if (wasThere) Write(new ReaderEvent.CardRemoved());
    }

    private void Write(ReaderEvent piece)
    {
        EventCount++;
        news.TryWrite(piece);
    }
}
