using System.Threading.Channels;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Tests.Cards;

/// <summary>A reader without PC/SC, with a virtual card. A card that is removed during an APDU is also reported as removed.</summary>
internal sealed class InProcessReader : ICardReader
{
    private readonly Channel<ReaderEvent> _news = Channel.CreateUnbounded<ReaderEvent>();
    private VirtualCard? _card;

    public int Apdus { get; private set; }

    public void Insert(VirtualCard card)
    {
        (_card, Apdus) = (card, 0);
        _news.Writer.TryWrite(new ReaderEvent.CardInserted());
    }

    public void Remove()
    {
        if (Interlocked.Exchange(ref _card, null) is not null) _news.Writer.TryWrite(new ReaderEvent.CardRemoved());
    }

    public IAsyncEnumerable<ReaderEvent> WatchAsync(CancellationToken stop) => _news.Reader.ReadAllAsync(stop);

    public Task<ICardSession> OpenAsync(CancellationToken stop)
    {
        VirtualCard card = _card ?? throw new FailureException(Failure.CardMoved, "nobody");
        return Task.FromResult<ICardSession>(
            new CardSession(new Watched(this, new(card, LinkModel.None)), CardDeskFixture.Trust, new ReadLength(false)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Watched(InProcessReader reader, InProcessChannel channel) : ICardChannel
    {
        public bool MayCarryExtendedLength => false;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
        {
            reader.Apdus++;
            try
            {
                return channel.Transmit(command, response);
            }
            catch (FailureException gone) when (gone.Failure == Failure.CardMoved)
            {
                reader.Remove();
                throw;
            }
        }

        public void Dispose() => channel.Dispose();
    }
}
