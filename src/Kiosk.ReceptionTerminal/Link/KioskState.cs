using System.Threading.Channels;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>A call for staff.</summary>
/// <param name="FailureCode">K-code of the failure catalogue; empty when the patient just asked.</param>
internal sealed record StaffCall(DateTimeOffset At, string FailureCode);

/// <summary>
/// One kiosk as the reception knows it: its stream, the commands it has not acknowledged, its visit, its call. Thread-safe.
/// </summary>
/// <param name="epoch">Of this run of the reception; command numbers count from 1 within it.</param>
internal sealed class KioskState(string id, ulong epoch)
{
    /// <summary>A renewed certificate or a cable pulled once gives one or two new streams within <see cref="_contestTime"/>.</summary>
    private const int ContestedAfter = 3;
    private static readonly TimeSpan _contestTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _afterLeaving = TimeSpan.FromSeconds(10);

    /// <summary>Long enough that staff who come back to the page see it.</summary>
    private static readonly TimeSpan _conflictShown = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly List<Command> _unacknowledged = [];
    private readonly Queue<DateTimeOffset> _takeovers = new();
    private readonly KioskConnections _connections = new();
    private string? _holder;
    private (string Connection, long At)? _left;
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Channel<Command>? _stream;
    private ulong _seq;

    public string Id => id;

    public string Version { get; private set; } = "";

    public bool Connected => _stream is not null;

    /// <summary>
    /// Two machines use one key (<see cref="KioskConnections"/>), or streams of this id end each other again and again: two machines have
    /// its certificate, or its cable is bad.
    /// </summary>
    public bool IsContested(DateTimeOffset now)
    {
        lock (_gate)
        {
            return _connections.LastConflict is { } seen && now - seen < _conflictShown
                || _takeovers.Count(at => now - at < _contestTime) >= ContestedAfter;
        }
    }

    /// <summary>A call came.</summary>
    /// <param name="pin">Of the key that called.</param>
    /// <param name="opensStream">It is Connect.</param>
    /// <returns>True: this shows for the first time in a while that two machines use one key.</returns>
    public bool Called(string connection, string pin, bool opensStream, DateTimeOffset now)
    {
        lock (_gate)
        {
            DateTimeOffset? before = _connections.LastConflict;
            _connections.Called(connection, pin, opensStream, now);
            return _connections.LastConflict != before && (before is null || now - before > _conflictShown);
        }
    }

    /// <summary>
    /// Waits until this connection holds the stream, because a kiosk opens it and checks in at the same time. A connection that closed its
    /// stream itself a moment ago counts too: a kiosk that renewed its certificate may have a call on its way there.
    /// </summary>
    /// <returns>False: it does not, after <paramref name="patience"/>.</returns>
    public async Task<bool> HoldsStreamAsync(string connection, TimeSpan patience, TimeProvider time)
    {
        long from = time.GetTimestamp();
        while (true)
        {
            Task opened;
            lock (_gate)
            {
                if (_stream is not null && _holder == connection) return true;
                if (_left is { } left && left.Connection == connection && time.GetElapsedTime(left.At) < _afterLeaving) return true;
                opened = _opened.Task;
            }

            TimeSpan rest = patience - time.GetElapsedTime(from);
            if (rest <= TimeSpan.Zero) return false;
            await Task.WhenAny(opened, Task.Delay(rest, time));
        }
    }

    /// <summary>The visit now at the kiosk and when its card was placed.</summary>
    public (Guid Id, DateTimeOffset At)? Visit { get; set; }

    public StaffCall? Call { get; set; }

    /// <summary>
    /// When a machine with this id was last refused at the TLS handshake, and why (<see cref="KioskTrust"/>); null: not since the
    /// start.
    /// </summary>
    public (string Why, DateTimeOffset At)? Refused { get; set; }

    /// <summary>Of the certificate it last showed; null before.</summary>
    public DateTimeOffset? CertificateEnds { get; set; }

    /// <summary>The last report; null before the first.</summary>
    public KioskHealth? Health { get; set; }

    /// <summary>
    /// The kiosk opened a stream. Commands it has processed are dropped, the others are sent again; a kiosk that does not know
    /// this epoch also gets the present state.
    /// </summary>
    /// <param name="presentState">Commands that bring it to the present state.</param>
    /// <param name="connection">The connection it is on: only there check-ins are accepted.</param>
    /// <param name="now">When the stream was opened.</param>
    /// <returns>What to send, in order; completed only when a newer stream takes over or the reception closes.</returns>
    public ChannelReader<Command> OpenStream(Hello hello, IEnumerable<Command> presentState, string connection, DateTimeOffset now)
    {
        // Read first: it may fail, and then no stream must be noted that nobody reads.
        List<Command> fresh = hello.LastEpoch == epoch ? [] : [.. presentState];
        lock (_gate)
        {
            Version = hello.Version;
            if (_stream is not null)
            {
                _stream.Writer.TryComplete();
                _takeovers.Enqueue(now);
                if (_takeovers.Count > ContestedAfter) _takeovers.Dequeue();
            }

            _stream = Channel.CreateUnbounded<Command>();
            _holder = connection;
            _opened.TrySetResult();
            _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (hello.LastEpoch == epoch) _unacknowledged.RemoveAll(c => c.Seq <= hello.LastSeq);
            foreach (Command waiting in _unacknowledged) _stream.Writer.TryWrite(waiting);
            foreach (Command one in fresh) Add(one);
            return _stream.Reader;
        }
    }

    /// <summary>The stream ended. Nothing happens when a newer one has taken over already.</summary>
    public void StreamEnded(ChannelReader<Command> stream)
    {
        lock (_gate)
        {
            if (_stream?.Reader != stream) return;
            _stream = null;
            if (_holder is { } holder) _left = (holder, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Ends this stream, if it is still the present one: its kiosk is not trusted any more.</summary>
    public void CloseStream(ChannelReader<Command> stream)
    {
        lock (_gate)
        {
            if (_stream?.Reader == stream) _stream.Writer.TryComplete();
        }
    }

    /// <summary>Ends the stream from this side: the reception is closing.</summary>
    public void CloseStream()
    {
        lock (_gate) _stream?.Writer.TryComplete();
    }

    /// <summary>Sends now if connected, else when the kiosk connects again. Replaces a waiting command of the same kind.</summary>
    public void Push(Command body)
    {
        lock (_gate) Add(body);
    }

    public void Acknowledge(CommandAck ack)
    {
        lock (_gate)
        {
            if (ack.Epoch == epoch) _unacknowledged.RemoveAll(c => c.Seq <= ack.Seq);
        }
    }

    private void Add(Command body)
    {
        // Each kind is a state or is for one visit: only its newest counts, so the list is never longer than the number of kinds.
        _unacknowledged.RemoveAll(c => c.BodyCase == body.BodyCase);
        Command command = body.Clone();
        command.Epoch = epoch;
        command.Seq = ++_seq;
        _unacknowledged.Add(command);
        _stream?.Writer.TryWrite(command);
    }
}
