using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Core.Cards;

/// <summary>
/// One card from power-up to power-off, over any channel. Operations run one after the other in the order of the calls; each is
/// one method of <see cref="CardReading"/>.
/// </summary>
public sealed class CardSession(ICardChannel channel, CardTrust trust, ReadLength readLength) : ICardSession
{
    private readonly CardReading _card = new(new CardLink(channel, readLength), trust);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private bool _closed;

    public byte[]? Certificate => _card.Certificate;

    public Task<CardFacts> IdentifyAsync(DateOnly today, CancellationToken stop) =>
        InTurnAsync(() => _card.Identify(today), stop);

    public Task<CardPhoto> ReadPhotoAsync(Secret number, Action<CardPhoto>? unproven, CancellationToken stop)
    {
        RequireDigits(number, CardFaceApp.NumberDigits);
        return InTurnAsync(() => _card.ReadPhoto(number, unproven), stop);
    }

    public Task<(PinAnswer Answer, CardEvidence? Evidence)> VerifyPinAsync(
        Secret pin, ReadOnlyMemory<byte> challenge, CancellationToken stop)
    {
        RequireDigits(pin, JpkiApp.PinDigits);
        return InTurnAsync(() => _card.VerifyPin(pin, challenge), stop);
    }

    public Task<CardEvidence> SignUnlockedAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop) =>
        InTurnAsync(() => _card.SignUnlocked(challenge), stop);

    public Task<byte[]> RelayAsync(ReadOnlyMemory<byte> block, CancellationToken stop) =>
        InTurnAsync(() => _card.Relay(block), stop);

    public Task<CardEvidence> ProvePresenceAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop) =>
        InTurnAsync(() => _card.ProvePresence(challenge), stop);

    /// <summary>Stops a running operation before its next APDU, then switches the card's power off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _closing.CancelAsync();
        await _turn.WaitAsync(CancellationToken.None);
        _card.Dispose();
        _turn.Dispose();
        _closing.Dispose();
    }

    private async Task<T> InTurnAsync<T>(Func<T> operation, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        await _turn.WaitAsync(ends.Token);
        try
        {
            _card.Stop = ends.Token;
            // A thread of its own: a card takes seconds, and on two cores one blocked pool thread delayed all others by 0.5 s (measured).
            return await Task.Factory.StartNew(operation, ends.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (InvalidDataException broken)
        {
            throw new FailureException(Failure.CardUnreadable, broken.Message, broken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static void RequireDigits(Secret digits, int count)
    {
        if (digits.Length != count || digits.Bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new ArgumentException($"{count} digits expected", nameof(digits));
    }
}
