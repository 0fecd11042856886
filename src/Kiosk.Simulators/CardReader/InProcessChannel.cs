using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Simulators.CardReader;

/// <summary>A virtual card without reader and PC/SC service, for tests. Extended length works.</summary>
public sealed class InProcessChannel : ICardChannel
{
    private readonly SlottedCard _slot;

    public InProcessChannel(VirtualCard card, LinkModel link)
    {
        _slot = new(card, link);
        card.PowerOn();
    }

    public bool MayCarryExtendedLength => true;

    public CardStatistics Statistics => _slot.Statistics;

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
    {
        switch (_slot.Answer(command.ToArray(), out byte[] answer))
        {
            case CardAnswer.Gone:
                throw new FailureException(Failure.CardMoved, "simulated");
            case CardAnswer.Silence:
                throw new FailureException(Failure.CardSilent, "simulated");
            default:
                if (answer.Length > response.Length) throw new FailureException(Failure.CardUnreadable, "response too long");
                answer.CopyTo(response);
                return answer.Length;
        }
    }

    public void Dispose()
    {
        _slot.Card.PowerOff();
        _slot.Dispose();
    }
}
