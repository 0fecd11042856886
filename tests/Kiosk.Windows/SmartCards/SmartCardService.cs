using System.Diagnostics;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Windows.SmartCards;

/// <summary>
/// Windows' smart-card service with virtual readers, behind the shim <c>Shim/winscard.c</c>. Its rules are those that Microsoft documents
/// for WinSCard, and differ from pcsc-lite in: the service stops with its last reader (8010001D for a new context, 8010001E for an old one)
/// and starts with the next one, which makes old contexts invalid; a transaction without any call for five seconds ends with a reset of the
/// card (SCardBeginTransaction, Remarks); handles need 64 bits; a removed card is told at once as 80100069.
/// </summary>
internal sealed class SmartCardService : IDisposable
{
    public const string PlugAndPlay = @"\\?PnP?\Notification";
    private const uint ShareExclusive = 1, ShareDirect = 3, ProtocolT1 = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Context> _contexts = [];
    private readonly Dictionary<ulong, Handle> _handles = [];
    private readonly List<Reader> _readers = [];
    private readonly Timer _silence;
    private TaskCompletionSource _changed = NewChange();

    // The upper half of a handle is in use on Windows too: a program that keeps 32 bits of it fails.
    private ulong _next = 0xCD00_0001_0000_0000;

    public SmartCardService(TimeSpan? silence = null)
    {
        Silence = silence ?? TimeSpan.FromSeconds(5);
        _silence = new Timer(_ => ResetSilent(), null, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
    }

    /// <summary>How long a transaction may be without a call.</summary>
    public TimeSpan Silence { get; }

    /// <summary>Resets of cards because a transaction was silent.</summary>
    public int SilentResets { get; private set; }

    /// <summary>What SCardEstablishContext gives; another value than success is a fault of the service.</summary>
    public uint EstablishFault { get; set; }

    /// <summary>Open contexts and card handles.</summary>
    public (int Contexts, int Handles) Open
    {
        get
        {
            lock (_lock) return (_contexts.Count, _handles.Count);
        }
    }

    /// <summary>The newest command to any card, in hexadecimal.</summary>
    public List<string> Commands { get; } = [];

    public void Plug(string reader)
    {
        lock (_lock)
        {
            // The service starts: it knows nothing of the contexts of the one before.
            if (_readers.Count == 0) Forget();
            _readers.Add(new Reader(reader));
            Tell();
        }
    }

    public void Unplug(string reader)
    {
        lock (_lock)
        {
            Reader gone = _readers.Single(r => r.Name == reader);
            Leave(gone);
            gone.IsGone = true;
            _readers.Remove(gone);
            Tell();
        }
    }

    /// <summary>Lays a card down. A slot has one card at most.</summary>
    /// <param name="isMute">It does not power up.</param>
    public void Insert(string reader, SlottedCard card, bool isMute = false)
    {
        lock (_lock)
        {
            Reader slot = _readers.Single(r => r.Name == reader);
            if (slot.Card is not null) throw new InvalidOperationException($"a card lies on {reader}");
            if (!isMute) card.Card.PowerOn();
            (slot.Card, slot.IsMute, slot.IsPowered) = (card, isMute, !isMute);
            slot.Events++;
            Tell();
        }
    }

    public void Remove(string reader)
    {
        lock (_lock)
        {
            Leave(_readers.Single(r => r.Name == reader));
            Tell();
        }
    }

    public uint Establish(ulong process, out ulong context)
    {
        lock (_lock)
        {
            context = 0;
            if (EstablishFault != ScardCode.Success) return EstablishFault;
            if (_readers.Count == 0) return ScardCode.NoService;
            _contexts[context = Next()] = new Context(process);
            return ScardCode.Success;
        }
    }

    public uint Release(ulong context)
    {
        lock (_lock)
        {
            if (!_contexts.Remove(context)) return ScardCode.InvalidHandle;
            foreach (ulong handle in _handles.Where(h => h.Value.Context == context).Select(h => h.Key).ToList()) Close(handle, 1);
            Tell();
            return ScardCode.Success;
        }
    }

    public uint Valid(ulong context)
    {
        lock (_lock) return CodeOf(context);
    }

    /// <summary>A process has ended: Windows releases what it held, and resets the card.</summary>
    public void ProcessEnded(ulong process)
    {
        lock (_lock)
        {
            foreach (ulong context in _contexts.Where(c => c.Value.Process == process).Select(c => c.Key).ToList()) Release(context);
        }
    }

    public uint List(ulong context, out string[] names)
    {
        lock (_lock)
        {
            names = [.. _readers.Select(r => r.Name)];
            return CodeOf(context);
        }
    }

    public uint Cancel(ulong context)
    {
        lock (_lock)
        {
            if (!_contexts.TryGetValue(context, out Context? found)) return CodeOf(context);
            found.Cancels++;
            Tell();
            return ScardCode.Success;
        }
    }

    /// <param name="known">Names with the states that the program knows.</param>
    /// <param name="seen">State and ATR of each.</param>
    public uint Change(ulong context, uint timeoutMs, (string Name, uint State)[] known, out (uint State, byte[] Atr)[] seen)
    {
        long since = Stopwatch.GetTimestamp();
        int? cancels = null;
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                seen = [.. known.Select(k => See(k.Name, k.State))];
                if (CodeOf(context) is not ScardCode.Success and var lost) return lost;
                cancels ??= _contexts[context].Cancels;
                if (_contexts[context].Cancels != cancels) return ScardCode.Cancelled;
                if (seen.Any(s => (s.State & ScardState.Unknown) != 0)) return ScardCode.UnknownReader;
                if (known.Length == 0 || seen.Any(s => (s.State & ScardState.Changed) != 0)) return ScardCode.Success;
                changed = _changed.Task;
            }

            TimeSpan left = timeoutMs == uint.MaxValue ? Timeout.InfiniteTimeSpan
                : TimeSpan.FromMilliseconds(timeoutMs) - Stopwatch.GetElapsedTime(since);
            if (left != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero) return ScardCode.Timeout;
            changed.Wait(left);
        }
    }

    public uint Connect(ulong context, string name, uint share, uint protocols, out ulong card, out uint protocol)
    {
        lock (_lock)
        {
            (card, protocol) = (0, 0);
            if (CodeOf(context) is not ScardCode.Success and var lost) return lost;
            // As any name on Windows, it is not case-sensitive.
            if (_readers.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } reader)
                return ScardCode.UnknownReader;
            Handle[] others = [.. _handles.Values.Where(h => h.Reader == reader)];
            if (others.Any(h => h.Share == ShareExclusive) || (share == ShareExclusive && others.Length > 0))
                return ScardCode.SharingViolation;
            if (share != ShareDirect && Power(reader, protocols) is not ScardCode.Success and var refused) return refused;
            protocol = share == ShareDirect ? 0 : ProtocolT1;
            _handles[card = Next()] = new Handle(context, reader, share);
            Tell();
            return ScardCode.Success;
        }
    }

    public uint Reconnect(ulong card, uint share, uint protocols, uint initialization, out uint protocol)
    {
        lock (_lock)
        {
            protocol = 0;
            if (!_handles.TryGetValue(card, out Handle? handle)) return Lost();
            if (handle.Reader.IsGone) return ScardCode.ReaderUnavailable;
            handle.IsResetUnknown = false;
            Dispose(handle.Reader, initialization, handle);
            if (Power(handle.Reader, protocols) is not ScardCode.Success and var refused) return refused;
            (handle.Share, handle.Card, protocol) = (share, handle.Reader.Card, ProtocolT1);
            handle.Reader.Called = Stopwatch.GetTimestamp();
            return ScardCode.Success;
        }
    }

    public uint Disconnect(ulong card, uint disposition)
    {
        lock (_lock)
        {
            if (!_handles.ContainsKey(card)) return Lost();
            Close(card, disposition);
            Tell();
            return ScardCode.Success;
        }
    }

    public uint Begin(ulong card)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (Check(card, out Handle handle) is not ScardCode.Success and var refused) return refused;
                Reader reader = handle.Reader;
                if (reader.Owner is null || reader.Owner == handle)
                {
                    reader.Owner = handle;
                    reader.Depth++;
                    reader.Called = Stopwatch.GetTimestamp();
                    return ScardCode.Success;
                }

                changed = _changed.Task;
            }

            changed.Wait();
        }
    }

    public uint End(ulong card, uint disposition)
    {
        lock (_lock)
        {
            if (!_handles.TryGetValue(card, out Handle? handle)) return Lost();
            if (handle.Reader.Owner != handle) return Check(card, out _) is not ScardCode.Success and var why ? why : 0x80100016;
            if (--handle.Reader.Depth == 0) handle.Reader.Owner = null;
            Dispose(handle.Reader, disposition, handle);
            Tell();
            return ScardCode.Success;
        }
    }

    public uint Transmit(ulong card, uint protocol, byte[] command, out byte[] response)
    {
        response = [];
        Reader reader;
        SlottedCard slotted;
        lock (_lock)
        {
            if (Check(card, out Handle handle) is not ScardCode.Success and var refused) return refused;
            if (handle.Share == ShareDirect || protocol != ProtocolT1) return ScardCode.ProtoMismatch;
            (reader, slotted) = (handle.Reader, handle.Card!);
            if (reader.Owner is not null && reader.Owner != handle) return ScardCode.SharingViolation;
            reader.Busy++;
            Commands.Add(Convert.ToHexString(command));
        }

        CardAnswer answer = slotted.Answer(command, out response);
        if (answer == CardAnswer.Silence) slotted.Left.WaitOne();
        lock (_lock)
        {
            reader.Busy--;
            reader.Called = Stopwatch.GetTimestamp();
            if (answer == CardAnswer.Given && reader.Card == slotted) return ScardCode.Success;
            response = [];
            if (reader.Card == slotted) Leave(reader);
            Tell();
            return ScardCode.RemovedCard;
        }
    }

    public uint Status(ulong card, out string name, out uint state, out byte[] atr)
    {
        lock (_lock)
        {
            (name, state, atr) = ("", 0, []);
            if (Check(card, out Handle handle) is not ScardCode.Success and var refused) return refused;
            // SCARD_SPECIFIC: powered, and its protocol is known. SCARD_PRESENT: seen by a program that asked for the reader only.
            (name, state, atr) = (handle.Reader.Name, handle.Share == ShareDirect ? 2u : 6u, handle.Reader.Card?.Card.Atr ?? []);
            handle.Reader.Called = Stopwatch.GetTimestamp();
            return ScardCode.Success;
        }
    }

    public uint Attribute(ulong card, uint attribute, out byte[] value)
    {
        const uint AtrString = 0x00090303;
        value = [];
        uint code = Status(card, out _, out _, out byte[] atr);
        if (code != ScardCode.Success) return code;
        if (attribute != AtrString) return ScardCode.UnsupportedFeature;
        value = atr;
        return ScardCode.Success;
    }

    public void Dispose()
    {
        _silence.Dispose();
        lock (_lock)
        {
            foreach (Reader reader in _readers) Leave(reader);
            _readers.Clear();
            Tell();
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static uint Power(Reader reader, uint protocols)
    {
        if (reader.Card is not { } card) return ScardCode.RemovedCard;
        if (reader.IsMute) return ScardCode.UnresponsiveCard;
        // A contactless card is always T=1 to WinSCard.
        if ((protocols & ProtocolT1) == 0) return ScardCode.ProtoMismatch;
        if (!reader.IsPowered) card.Card.PowerOn();
        reader.IsPowered = true;
        return ScardCode.Success;
    }

    private void Forget()
    {
        _contexts.Clear();
        _handles.Clear();
    }

    private ulong Next() => _next += 0x1_0001;

    private void Tell()
    {
        TaskCompletionSource told = _changed;
        _changed = NewChange();
        told.SetResult();
    }

    private uint CodeOf(ulong context) => _readers.Count == 0 ? ScardCode.ServiceStopped
        : _contexts.ContainsKey(context) ? ScardCode.Success : ScardCode.InvalidHandle;

    private uint Lost() => _readers.Count == 0 ? ScardCode.ServiceStopped : ScardCode.InvalidHandle;

    private uint Check(ulong card, out Handle handle)
    {
        if (!_handles.TryGetValue(card, out handle!)) return Lost();
        if (handle.Reader.IsGone) return ScardCode.ReaderUnavailable;
        if (handle.Share == ShareDirect) return ScardCode.Success;
        if (handle.Reader.Card != handle.Card) return ScardCode.RemovedCard;
        if (handle.IsResetUnknown) return ScardCode.ResetCard;
        return handle.Reader.IsPowered ? ScardCode.Success : ScardCode.UnpoweredCard;
    }

    private (uint State, byte[] Atr) See(string name, uint known)
    {
        if ((known & ScardState.Ignore) != 0) return (ScardState.Ignore, []);
        uint now;
        Reader? reader = null;
        if (name == PlugAndPlay) now = (uint)_readers.Count << 16;
        else if ((reader = _readers.FirstOrDefault(r => r.Name == name)) is null)
            return (ScardState.Unknown | ScardState.Changed | ScardState.Ignore, []);
        else now = StateOf(reader);
        return (now | (now != (known & ~ScardState.Changed) || known == 0 ? ScardState.Changed : 0), reader?.Card?.Card.Atr ?? []);
    }

    private uint StateOf(Reader reader)
    {
        uint state = (uint)(ushort)reader.Events << 16;
        if (reader.Card is null) return state | ScardState.Empty;
        state |= ScardState.Present;
        if (reader.IsMute) state |= ScardState.Mute;
        else if (!reader.IsPowered) state |= ScardState.Unpowered;
        Handle[] users = [.. _handles.Values.Where(h => h.Reader == reader)];
        if (users.Length > 0) state |= ScardState.InUse;
        if (users.Any(h => h.Share == ShareExclusive)) state |= ScardState.Exclusive;
        return state;
    }

    private void Close(ulong card, uint disposition)
    {
        if (!_handles.Remove(card, out Handle? handle)) return;
        if (handle.Reader.Owner == handle) (handle.Reader.Owner, handle.Reader.Depth) = (null, 0);
        if (handle.Reader.Card == handle.Card) Dispose(handle.Reader, disposition, handle);
    }

    /// <summary>SCARD_LEAVE_CARD, SCARD_RESET_CARD, SCARD_UNPOWER_CARD. The other handles hear of it with their next call.</summary>
    private void Dispose(Reader reader, uint disposition, Handle by)
    {
        if (disposition == 0 || reader.Card is not { } card) return;
        if (disposition == 1) card.Card.Reset();
        else (_, reader.IsPowered) = (PoweredOff(card), false);
        foreach (Handle other in _handles.Values.Where(h => h.Reader == reader && h != by)) other.IsResetUnknown = true;
    }

    private static bool PoweredOff(SlottedCard card)
    {
        card.Card.PowerOff();
        return true;
    }

    private static void Leave(Reader reader)
    {
        if (reader.Card is not { } card) return;
        card.Leave();
        card.Card.PowerOff();
        (reader.Card, reader.Owner, reader.Depth, reader.IsMute) = (null, null, 0, false);
        reader.Events++;
    }

    private void ResetSilent()
    {
        lock (_lock)
        {
            foreach (Reader reader in _readers.Where(r => r.Owner is not null && r.Busy == 0))
            {
                if (Stopwatch.GetElapsedTime(reader.Called) < Silence || reader.Card is not { } card) continue;
                card.Card.Reset();
                SilentResets++;
                (reader.Owner, reader.Depth) = (null, 0);
                foreach (Handle handle in _handles.Values.Where(h => h.Reader == reader)) handle.IsResetUnknown = true;
                Tell();
            }
        }
    }

    private sealed record Context(ulong Process)
    {
        public int Cancels { get; set; }
    }

    private sealed class Reader(string name)
    {
        public string Name => name;

        public SlottedCard? Card { get; set; }

        public bool IsMute { get; set; }

        public bool IsPowered { get; set; }

        public bool IsGone { get; set; }

        public int Events { get; set; }

        /// <summary>The handle in a transaction.</summary>
        public Handle? Owner { get; set; }

        public int Depth { get; set; }

        public int Busy { get; set; }

        public long Called { get; set; }
    }

    private sealed class Handle(ulong context, Reader reader, uint share)
    {
        public ulong Context => context;

        public Reader Reader => reader;

        public uint Share { get; set; } = share;

        public SlottedCard? Card { get; set; } = reader.Card;

        public bool IsResetUnknown { get; set; }
    }
}
