using System.Globalization;
using System.Text;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Simulators.CardReader;

/// <summary>A PC/SC service with one <see cref="KnownReader"/>, as Windows or pcsc-lite show it, and a virtual card.</summary>
public sealed class KnownReaderPcsc(KnownReader known, bool isWindows) : IPcsc, IDisposable
{
    private readonly Lock _lock = new();
    private readonly uint _tooLong = uint.Parse(known.TooLong, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private TaskCompletionSource _changed = NewChange();
    private SlottedCard? _card;
    private int _events;
    private int _cancels;
    private KnownSlot? _connected;

    /// <summary>Commands that the reader did not carry.</summary>
    public int NotCarried { get; private set; }

    /// <summary>Largest answer that it carried, with its status word.</summary>
    public int LargestAnswer { get; private set; }

    public void Insert(VirtualCard card)
    {
        lock (_lock)
        {
            card.PowerOn();
            _card = new SlottedCard(card, LinkModel.None);
            Tell();
        }
    }

    public void Remove()
    {
        lock (_lock)
        {
            _card?.Leave();
            _card?.Card.PowerOff();
            _card?.Dispose();
            _card = null;
            Tell();
        }
    }

    public uint EstablishContext(out nint context)
    {
        context = 1;
        return PcscCode.Success;
    }

    public uint ReleaseContext(nint context) => PcscCode.Success;

    public uint ListReaders(nint context, Span<byte> names, out int length)
    {
        byte[] list = Encoding.UTF8.GetBytes(string.Concat(known.Slots.Select(s => s.NameOn(isWindows) + '\0')) + '\0');
        length = list.Length;
        if (names.IsEmpty) return PcscCode.Success;
        if (list.Length > names.Length) return PcscCode.InsufficientBuffer;
        list.CopyTo(names);
        return PcscCode.Success;
    }

    public uint GetStatusChange(nint context, TimeSpan timeout, Span<ReaderWatch> readers)
    {
        long until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        int? cancels = null;
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                cancels ??= _cancels;
                if (_cancels != cancels) return PcscCode.Cancelled;
                bool isNews = false;
                foreach (ref ReaderWatch watched in readers)
                {
                    ReaderStates seen = StateOf(watched.Name);
                    watched.Seen = seen | (seen == watched.Current ? 0 : ReaderStates.Changed);
                    isNews |= seen != watched.Current;
                }

                if (isNews) return PcscCode.Success;
                changed = _changed.Task;
            }

            long left = until - Environment.TickCount64;
            if (left <= 0 || !changed.Wait((int)left)) return PcscCode.Timeout;
        }
    }

    public uint Cancel(nint context)
    {
        lock (_lock)
        {
            _cancels++;
            Tell();
        }

        return PcscCode.Success;
    }

    public uint Connect(nint context, string reader, out nint card, out bool isT1)
    {
        (card, isT1) = (0, false);
        KnownSlot? slot = known.Slots.FirstOrDefault(s => s.NameOn(isWindows) == reader);
        if (slot is null) return PcscCode.UnknownReader;
        lock (_lock)
        {
            if (slot.Holds != "card") return slot.IsMute ? PcscCode.UnresponsiveCard : NoCard();
            if (_card is null) return NoCard();
            _card.Card.PowerOn();
            (_connected, card, isT1) = (slot, 1, slot.Protocol == "T=1");
        }

        Thread.Sleep(TimeSpan.FromMilliseconds(slot.ConnectMs));
        return PcscCode.Success;
    }

    public uint Reconnect(nint card, out bool isT1)
    {
        isT1 = _connected?.Protocol == "T=1";
        return _card is null ? PcscCode.RemovedCard : PcscCode.Success;
    }

    public uint BeginTransaction(nint card) => _card is null ? PcscCode.RemovedCard : PcscCode.Success;

    public uint EndTransaction(nint card) => PcscCode.Success;

    public uint Disconnect(nint card)
    {
        lock (_lock)
        {
            _card?.Card.PowerOff();
            _connected = null;
        }

        return PcscCode.Success;
    }

    public uint Transmit(nint card, bool isT1, ReadOnlySpan<byte> command, Span<byte> response, out int length)
    {
        length = 0;
        if (_card is not { } slotted || _connected is not { } slot) return PcscCode.RemovedCard;
        Thread.Sleep(TimeSpan.FromMilliseconds(slot.CommandMs));
        // A command of extended length has 00 where a short one has its length, and more than that byte behind it.
        bool isExtended = command.Length > 6 && command[4] == 0;
        if ((isExtended && !slot.Extended) || command.Length > slot.Most) return Refused();
        switch (slotted.Answer(command.ToArray(), out byte[] answer))
        {
            case CardAnswer.Gone:
                Remove();
                return PcscCode.RemovedCard;
            case CardAnswer.Silence:
                slotted.Left.WaitOne();
                return PcscCode.RemovedCard;
            default:
                if (answer.Length > slot.Most) return Refused();
                if (answer.Length > response.Length) return PcscCode.InsufficientBuffer;
                answer.CopyTo(response);
                LargestAnswer = Math.Max(LargestAnswer, answer.Length);
                length = answer.Length;
                return PcscCode.Success;
        }
    }

    public void Dispose()
    {
        Remove();
        _card?.Dispose();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private uint NoCard() => isWindows ? PcscCode.RemovedCard : PcscCode.NoSmartCard;

    private uint Refused()
    {
        NotCarried++;
        return _tooLong;
    }

    private void Tell()
    {
        _events++;
        TaskCompletionSource told = _changed;
        _changed = NewChange();
        told.SetResult();
    }

    private ReaderStates StateOf(string name)
    {
        if (name.StartsWith(@"\\?PnP?", StringComparison.Ordinal)) return (ReaderStates)((uint)known.Slots.Count << 16);
        if (known.Slots.FirstOrDefault(s => s.NameOn(isWindows) == name) is not { } slot)
            return ReaderStates.Unknown | ReaderStates.Unavailable;
        if (slot.Holds != "card") return slot.IsMute ? ReaderStates.Present | ReaderStates.Mute : ReaderStates.Empty;
        return (_card is null ? ReaderStates.Empty : ReaderStates.Present) | (ReaderStates)((uint)(ushort)_events << 16);
    }
}
