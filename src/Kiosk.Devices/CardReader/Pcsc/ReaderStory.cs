using System.Threading.Channels;
using Kiosk.Core;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>Turns what the monitor sees into news, each told once, a card's removal always before its reader's loss.</summary>
internal sealed class ReaderStory(ChannelWriter<ReaderNews> news, ReaderPattern pattern)
{
    private Failure? _lost;
    private string? _reader;
    private bool _hasCard;
    private int _events;

    /// <summary>News told so far.</summary>
    public int Told { get; private set; }

    public void ServiceDown() => Lost(Failure.ReaderServiceDown, OperatingSystem.IsWindows() ? "SCardSvr" : "pcscd");

    /// <param name="others">Readers there that do not fit the pattern.</param>
    public void ReaderMissing(IReadOnlyList<string> others) =>
        Lost(Failure.ReaderMissing, others.Count == 0 ? pattern.Pattern : $"{pattern.Pattern} (found: {string.Join(", ", others)})");

    public void Seen(ReaderWatch reader)
    {
        // The service may still list a reader that is gone.
        if ((reader.Seen & (ReaderStates.Unknown | ReaderStates.Unavailable)) != 0)
        {
            ReaderMissing([]);
            return;
        }

        if (_reader != reader.Name)
        {
            CardGone();
            Tell(new ReaderNews.Back(reader.Name));
            (_reader, _lost) = (reader.Name, null);
        }

        // A card changed between two looks shows only in the counter.
        if (_hasCard && (!reader.IsPresent || reader.Events != _events)) CardGone();
        if (reader.IsPresent && !_hasCard)
        {
            Tell(new ReaderNews.CardInserted());
            _hasCard = true;
        }

        _events = reader.Events;
    }

    private void Lost(Failure why, string detail)
    {
        if (_lost == why) return;
        CardGone();
        Tell(new ReaderNews.Lost(why, detail));
        (_lost, _reader) = (why, null);
    }

    private void CardGone()
    {
        if (_hasCard) Tell(new ReaderNews.CardRemoved());
        _hasCard = false;
    }

    private void Tell(ReaderNews piece)
    {
        Told++;
        news.TryWrite(piece);
    }
}
