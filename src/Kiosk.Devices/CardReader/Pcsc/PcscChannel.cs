using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>Time limits for a card.</summary>
/// <param name="Apdu">One command. A signature takes 0.15 to 0.5 s; after 5 s the card counts as silent.</param>
/// <param name="Connect">Power-up and ATR.</param>
/// <param name="Settle">After E_NOT_TRANSACTED: how long the service may need to notice that the card is gone (it polls every 400
/// ms).</param>
/// <param name="ConnectRetry">Pause between five attempts, when another program uses the reader or the card does not power up.</param>
public sealed record ChannelTiming(TimeSpan Apdu, TimeSpan Connect, TimeSpan Settle, TimeSpan ConnectRetry)
{
    public static ChannelTiming Default { get; } =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(200));
}

/// <summary>
/// A card held exclusively, with one transaction for each group of commands: Windows resets a card after 5 s of silence in a transaction
/// (Microsoft, SCardBeginTransaction, Remarks). A card that was reset is connected again. At the end its power is switched off, because a
/// verified PIN would survive LEAVE and RESET. One thread makes all PC/SC calls, because a silent card blocks Transmit without limit and
/// Cancel does not end it. Such a thread is abandoned with its context and handle; it ends when the card is taken away.
/// </summary>
internal sealed class PcscChannel : ICardChannel
{
    private const int Attempts = 5;

    private readonly IPcsc _pcsc;
    private readonly ChannelTiming _timing;
    private readonly bool? _isWindows;
    private readonly AbandonableThread _thread = new("PC/SC card");
    private readonly byte[] _command = GC.AllocateArray<byte>(1024, pinned: true);
    private readonly byte[] _response = GC.AllocateArray<byte>(ReadLength.Extended + 512, pinned: true);
    private string _reader = "";
    private PcscContext? _context;
    private nint _card;
    private bool _isInGroup;
    private bool _isDisposed;

    private PcscChannel(IPcsc pcsc, ChannelTiming timing, bool? isWindows) => (_pcsc, _timing, _isWindows) = (pcsc, timing, isWindows);

    /// <summary>
    /// False on T=0: there a usb-ccid reader hangs for 3 s and drops the card (measured, <c>src/Kiosk.Devices/CardReader/README.md</c>).
    /// </summary>
    public bool MayCarryExtendedLength { get; private set; }

    /// <summary>Blocks up to about 9 s.</summary>
    /// <exception cref="FailureException">ReaderServiceDown, ReaderMissing, ReaderBusy, CardMoved, CardSilent, CardUnreadable.</exception>
    /// <param name="slot">Where the monitor saw the card; null: not known.</param>
    /// <param name="isWindows">The service stops with its last reader; null: as on this system.</param>
    public static PcscChannel Open(IPcsc pcsc, ReaderPattern pattern, ChannelTiming timing, string? slot = null, bool? isWindows = null)
    {
        PcscChannel channel = new(pcsc, timing, isWindows);
        try
        {
            channel.Find(pattern, slot);
            channel.Connect();
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    public void BeginGroup()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        uint code = Run(() => _pcsc.BeginTransaction(_card), "SCardBeginTransaction");
        _isInGroup = code == PcscCode.Success;
        if (_isInGroup) return;
        if (!PcscCode.IsReset(code)) throw Failed(code, "SCardBeginTransaction");
        throw ConnectedAgain("SCardBeginTransaction", code);
    }

    public void EndGroup()
    {
        // A reset in this moment is told by the next group; a card that has left, by its first command. While a call hangs, the transaction
        // is ended by Release.
        if (_isInGroup) _isInGroup = !_thread.Run(() => _pcsc.EndTransaction(_card), _timing.Connect);
    }

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        // The thread may outlive this call, so it uses the channel's buffers. It zeroes the command itself.
        command.CopyTo(_command);
        int sent = command.Length;
        int most = Math.Min(response.Length, _response.Length);
        int length = 0;
        uint code = 0;
        bool isDone = _thread.Run(
            () =>
            {
                try
                {
                    code = _pcsc.Transmit(_card, MayCarryExtendedLength, _command.AsSpan(0, sent), _response.AsSpan(0, most), out length);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(_command.AsSpan(0, sent));
                }
            },
            _timing.Apdu);
        if (!isDone) throw Failed(PcscCode.Timeout, "SCardTransmit");
        // When a card leaves in the middle of an answer, vpcd reports success with no bytes.
        if (code == PcscCode.Success && length < 2) code = PcscCode.NotTransacted;
        if (PcscCode.IsReset(code)) throw ConnectedAgain("SCardTransmit", code);
        if (PcscCode.IsNotCarried(code) && !HasCardLeft())
            throw new CardInterruptedException(CardInterruption.NotCarried, PcscFailure.Detail(code, "SCardTransmit"));
        if (code != PcscCode.Success)
            throw Failed(PcscCode.IsNotCarried(code) ? PcscCode.RemovedCard : code, "SCardTransmit");
        _response.AsSpan(0, length).CopyTo(response);
        CryptographicOperations.ZeroMemory(_response.AsSpan(0, length));
        return length;
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        // While a call hangs, it uses context and handle; they are released when it returns.
        if (!_thread.Run(Release, _timing.Connect)) _thread.Post(Release);
        _thread.Dispose();
    }

    private void Release()
    {
        nint card = Interlocked.Exchange(ref _card, 0);
        if (card != 0)
        {
            if (_isInGroup) _pcsc.EndTransaction(card);
            _pcsc.Disconnect(card);
        }

        _context?.Dispose();
    }

    private void Find(ReaderPattern pattern, string? slot)
    {
        _context = PcscContext.Establish(_pcsc, out uint code) ?? throw Failed(code, "SCardEstablishContext");
        code = _context.ListReaders(out IReadOnlyList<string> readers);
        if (code != PcscCode.Success) throw Failed(code, "SCardListReaders");
        IReadOnlyList<string> slots = pattern.Slots(readers);
        _reader = slots.Count switch
        {
            0 => throw new FailureException(Failure.ReaderMissing, pattern.Pattern),
            1 => slots[0],
            _ => slot is not null && slots.Contains(slot) ? slot : WithCard(slots),
        };
    }

    /// <summary>The slot that contains a card, if possible one that answers; the preferred slot if the service does not say.</summary>
    private string WithCard(IReadOnlyList<string> slots)
    {
        ReaderWatch[] states = [.. slots.Select(s => new ReaderWatch(s, ReaderStates.None, ReaderStates.None))];
        bool isKnown = _pcsc.GetStatusChange(_context!.Handle, TimeSpan.Zero, states) == PcscCode.Success;
        if (!isKnown) return slots[0];
        return states.OrderBy(s => !s.IsPresent ? 2 : s.Seen.HasFlag(ReaderStates.Mute) ? 1 : 0).First().Name;
    }

    private void Connect()
    {
        for (int attempt = 1; ; attempt++)
        {
            uint code = 0;
            bool isT1 = false;
            bool isDone = _thread.Run(() => code = _pcsc.Connect(_context!.Handle, _reader, out _card, out isT1), _timing.Connect);
            if (!isDone) throw Failed(PcscCode.Timeout, "SCardConnect");
            MayCarryExtendedLength = isT1;
            if (code == PcscCode.Success) break;
            if (!MayPass(code) || attempt == Attempts) throw Failed(code, "SCardConnect");
            _thread.Pause(_timing.ConnectRetry);
        }
    }

    /// <summary>
    /// After a reset: the handle works again, in a transaction of its own. The one before ended with the reset, or is ended here, because
    /// transactions of one handle are counted.
    /// </summary>
    /// <exception cref="FailureException">The card has left, or does not get power.</exception>
    private CardInterruptedException ConnectedAgain(string call, uint why)
    {
        if (_isInGroup) Run(() => _pcsc.EndTransaction(_card), "SCardEndTransaction");
        _isInGroup = false;
        for (int attempt = 1; ; attempt++)
        {
            bool isT1 = false;
            uint code = Run(() => _pcsc.Reconnect(_card, out isT1), "SCardReconnect");
            if (code == PcscCode.Success)
            {
                MayCarryExtendedLength = isT1;
                code = Run(() => _pcsc.BeginTransaction(_card), "SCardBeginTransaction");
                _isInGroup = code == PcscCode.Success;
            }

            if (_isInGroup) return new(CardInterruption.Reset, PcscFailure.Detail(why, call));
            if (!MayPass(code) || attempt == Attempts) throw Failed(code, "SCardReconnect");
            _thread.Pause(_timing.ConnectRetry);
        }
    }

    private FailureException Failed(uint code, string call) => PcscFailure.FromCode(code, call, _isWindows);

    /// <returns>The code of a call that is not a command to the card.</returns>
    /// <exception cref="FailureException">CardSilent: the call hangs.</exception>
    private uint Run(Func<uint> call, string name)
    {
        uint code = 0;
        return _thread.Run(() => code = call(), _timing.Connect) ? code : throw Failed(PcscCode.Timeout, name);
    }

    /// <summary>
    /// Errors that may pass: another program still uses the reader, or a card is not yet completely in the field. Nothing has been sent to
    /// the card, so another attempt is safe.
    /// </summary>
    private static bool MayPass(uint code) =>
        code is PcscCode.SharingViolation or PcscCode.UnpoweredCard or PcscCode.UnresponsiveCard or PcscCode.ResetCard;

    /// <summary>
    /// After a command that was not carried: finds out whether the card was taken away. The service knows one polling interval later.
    /// </summary>
    private bool HasCardLeft()
    {
        bool hasLeft = false;
        _thread.Run(
            () =>
            {
                ReaderWatch[] reader = [new(_reader, ReaderStates.None, ReaderStates.None)];
                if (_pcsc.GetStatusChange(_context!.Handle, TimeSpan.Zero, reader) == PcscCode.Success && reader[0].IsPresent)
                {
                    reader[0] = reader[0].Next;
                    _pcsc.GetStatusChange(_context!.Handle, _timing.Settle, reader);
                }

                hasLeft = !reader[0].IsPresent;
            },
            _timing.Settle + _timing.Apdu);
        return hasLeft;
    }
}
