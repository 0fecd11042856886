using System.Collections.Concurrent;
using System.Text;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Tests.Cards;

/// <summary>A PC/SC service whose answers a test sets. It waits as the real one does.</summary>
internal sealed class FakePcsc : IPcsc
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly List<string> _readers = [];
    private readonly Dictionary<string, uint> _cardStates = [];
    private readonly Dictionary<string, int> _events = [];
    private bool _isReset;
    private bool _isInTransaction;
    private long _lastCall;

    /// <summary>Windows: a card is reset after 5 s without a call inside a transaction. Null: no such rule, as with pcsc-lite.</summary>
    public TimeProvider? WindowsClock { get; set; }

    /// <summary>Called when the card is reset.</summary>
    public Action OnReset { get; set; } = () => { };

    public bool IsUp { get; set; } = true;

    /// <summary>What every call returns while the service is down.</summary>
    public uint DownCode { get; set; } = PcscCode.NoService;

    /// <summary>Return codes of the next calls, by function. After them the calls succeed.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<uint>> Injected { get; } = new();

    /// <summary>The functions that were called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Answers APDUs. Blocks for a card that does not answer.</summary>
    public Func<byte[], (uint Code, byte[] Response)> Card { get; set; } = _ => (PcscCode.Success, [0x6A, 0x82]);

    public bool KnowsPlugAndPlay { get; set; } = true;

    /// <summary>GetStatusChange returns at once without a change: a faulty service.</summary>
    public bool IsMad { get; set; }

    public void Inject(string function, params uint[] codes)
    {
        ConcurrentQueue<uint> queue = Injected.GetOrAdd(function, _ => new());
        foreach (uint code in codes) queue.Enqueue(code);
    }

    public void Plug(string reader) => Change(() => _readers.Add(reader));

    public void Unplug() => Change(_readers.Clear);

    /// <summary>Windows: the service stops with its last reader, and starts with the next one.</summary>
    public void UnplugAndStop()
    {
        IsUp = false;
        Unplug();
    }

    /// <summary>The reader name in the last Connect.</summary>
    public string Connected { get; private set; } = "";

    /// <param name="slot">Null: all readers, for tests with one reader.</param>
    public void Insert(string? slot = null) => Set(slot, ReaderStates.Present);

    public void Remove(string? slot = null) => Set(slot, ReaderStates.Empty);

    /// <summary>A card that gives no ATR, or a slot that always says so.</summary>
    public void InsertMute(string? slot = null) => Set(slot, ReaderStates.Present | ReaderStates.Mute);

    /// <summary>Removes and inserts the card between two queries.</summary>
    public void Bounce() => Change(() => Count("", 2));

    public uint EstablishContext(out nint context)
    {
        context = 1;
        return Code(nameof(EstablishContext));
    }

    public uint ReleaseContext(nint context) => Code(nameof(ReleaseContext), evenDown: true);

    public uint ListReaders(nint context, Span<byte> names, out int length)
    {
        length = 0;
        uint code = Code(nameof(ListReaders));
        if (code != PcscCode.Success) return code;
        lock (_lock)
        {
            if (_readers.Count == 0) return PcscCode.NoReadersAvailable;
            byte[] list = Encoding.UTF8.GetBytes(string.Join('\0', _readers) + "\0\0");
            length = list.Length;
            if (list.Length > names.Length) return PcscCode.InsufficientBuffer;
            list.CopyTo(names);
            return PcscCode.Success;
        }
    }

    public uint GetStatusChange(nint context, TimeSpan timeout, Span<ReaderWatch> readers)
    {
        long until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            uint code = Code(nameof(GetStatusChange));
            if (code != PcscCode.Success) return code;
            bool isNews = Look(readers);
            if (isNews || IsMad) return PcscCode.Success;
            if (!_changed.Wait((int)Math.Max(0, until - Environment.TickCount64))) return PcscCode.Timeout;
            if (Injected.TryGetValue(nameof(Cancel), out ConcurrentQueue<uint>? cancel) && cancel.TryDequeue(out uint cancelled))
                return cancelled;
        }
    }

    public uint Cancel(nint context)
    {
        Inject(nameof(Cancel), PcscCode.Cancelled);
        _changed.Release();
        return PcscCode.Success;
    }

    public uint Connect(nint context, string reader, out nint card, out bool isT1)
    {
        (card, isT1, Connected) = (7, true, reader);
        return Code(nameof(Connect));
    }

    /// <summary>The card is reset, for example by another program. Every call fails until the handle is connected again.</summary>
    public void ResetCard()
    {
        (_isReset, _isInTransaction) = (true, false);
        OnReset();
    }

    public uint Reconnect(nint card, out bool isT1)
    {
        isT1 = true;
        uint code = Code(nameof(Reconnect));
        if (code == PcscCode.Success) _isReset = false;
        return code;
    }

    public uint BeginTransaction(nint card)
    {
        uint code = CardCode(nameof(BeginTransaction));
        if (code == PcscCode.Success) _isInTransaction = true;
        return code;
    }

    public uint EndTransaction(nint card)
    {
        uint code = CardCode(nameof(EndTransaction));
        _isInTransaction = false;
        return code;
    }

    public uint Disconnect(nint card) => Code(nameof(Disconnect), evenDown: true);

    public uint Transmit(nint card, bool isT1, ReadOnlySpan<byte> command, Span<byte> response, out int length)
    {
        length = 0;
        uint code = CardCode(nameof(Transmit));
        if (code != PcscCode.Success) return code;
        (code, byte[] answer) = Card(command.ToArray());
        // A card that the test reset while it worked.
        if (_isReset) return PcscCode.ResetCard;
        answer.CopyTo(response);
        length = answer.Length;
        return code;
    }

    private bool Look(Span<ReaderWatch> readers)
    {
        bool isNews = false;
        lock (_lock)
        {
            foreach (ref ReaderWatch reader in readers)
            {
                uint seen = reader.Name.StartsWith(@"\\?PnP?", StringComparison.Ordinal)
                    ? KnowsPlugAndPlay ? (uint)_readers.Count << 16 : (uint)ReaderStates.Unknown
                    : _readers.Contains(reader.Name) ? State(reader.Name) | (Events(reader.Name) << 16)
                        : (uint)(ReaderStates.Unknown | ReaderStates.Unavailable);
                bool isChanged = seen != (uint)reader.Current;
                reader.Seen = (ReaderStates)(seen | (isChanged ? (uint)ReaderStates.Changed : 0));
                isNews |= isChanged;
            }
        }

        return isNews;
    }

    private uint State(string reader) => _cardStates.GetValueOrDefault(reader, _cardStates.GetValueOrDefault("", (uint)ReaderStates.Empty));

    private uint Events(string reader) => (uint)(_events.GetValueOrDefault("") + _events.GetValueOrDefault(reader));

    private void Count(string slot, int more) => _events[slot] = _events.GetValueOrDefault(slot) + more;

    private void Set(string? slot, ReaderStates state) => Change(() =>
    {
        _cardStates[slot ?? ""] = (uint)state;
        Count(slot ?? "", 1);
    });

    private void Change(Action change)
    {
        lock (_lock) change();
        _changed.Release();
    }

    private uint CardCode(string function)
    {
        if (WindowsClock is { } clock)
        {
            if (_isInTransaction && clock.GetElapsedTime(_lastCall) > TimeSpan.FromSeconds(5)) ResetCard();
            _lastCall = clock.GetTimestamp();
        }

        uint code = Code(function, evenDown: function == nameof(EndTransaction));
        return code == PcscCode.Success && _isReset ? PcscCode.ResetCard : code;
    }

    private uint Code(string function, bool evenDown = false)
    {
        Calls.Enqueue(function);
        if (!IsUp && !evenDown) return DownCode;
        return Injected.TryGetValue(function, out ConcurrentQueue<uint>? codes) && codes.TryDequeue(out uint code)
            ? code : PcscCode.Success;
    }
}
