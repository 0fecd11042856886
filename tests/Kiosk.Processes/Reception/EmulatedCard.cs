using Kiosk.Core.Cards;
using Kiosk.Simulators.CardReader;
using Kiosk.Tests.Cards;

namespace Kiosk.Processes.Reception;

/// <summary>
/// The attacker's emulated card. It answers with a user certificate that was copied from the victim's card (reading it needs no PIN), and
/// passes every other command to a genuine card: the attacker's own, whose photo is that of the attacker.
/// </summary>
/// <param name="own">The attacker's genuine card.</param>
/// <param name="copied">The victim's 利用者証明用電子証明書, DER.</param>
/// <param name="refusesInstitution">True: 特定機関認証 is refused. False: it is passed on too.</param>
internal sealed class EmulatedCard(VirtualCard own, byte[] copied, bool refusesInstitution) : ICardChannel
{
    private readonly InProcessChannel _own = new(own, LinkModel.None);
    private bool _isJpki;
    private bool _isCertificate;

    public bool MayCarryExtendedLength => false;

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
    {
        switch (command)
        {
            case [0x00, 0xA4, 0x04, ..]:
                (_isJpki, _isCertificate) = (command.IndexOf((byte[])[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01]) >= 0, false);
                break;
            case [0x00, 0xA4, 0x02, 0x0C, 0x02, var high, var low, ..]:
                _isCertificate = _isJpki && (high, low) == (0x00, 0x0A);
                break;
            case [0x00, 0xB0, var high, var low, var le, ..] when _isCertificate:
                int offset = (high << 8) | low, length = Math.Min(le == 0 ? 256 : le, copied.Length - offset);
                return Answer([.. copied.AsSpan(offset, length), 0x90, 0x00], response);
            case [0x80, 0xA2, ..] when refusesInstitution:
                return Answer([0x6A, 0x81], response);
            default:
                break;
        }

        return _own.Transmit(command, response);
    }

    public void Dispose() => _own.Dispose();

    private static int Answer(ReadOnlySpan<byte> answer, Span<byte> response)
    {
        answer.CopyTo(response);
        return answer.Length;
    }
}

/// <summary>A reader on which the emulated card lies.</summary>
internal sealed class EmulatedReader(Func<ICardChannel> card) : ICardReader
{
    private readonly System.Threading.Channels.Channel<ReaderEvent> _news =
        System.Threading.Channels.Channel.CreateUnbounded<ReaderEvent>();

    public void Insert() => _news.Writer.TryWrite(new ReaderEvent.CardInserted());

    public void Remove() => _news.Writer.TryWrite(new ReaderEvent.CardRemoved());

    public IAsyncEnumerable<ReaderEvent> WatchAsync(CancellationToken stop) => _news.Reader.ReadAllAsync(stop);

    public Task<ICardSession> OpenAsync(CancellationToken stop) =>
        Task.FromResult<ICardSession>(new CardSession(card(), CardDeskFixture.Trust, new ReadLength(false)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
