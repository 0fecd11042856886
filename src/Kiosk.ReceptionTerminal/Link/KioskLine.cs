using System.Threading.Channels;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>A call for staff.</summary>
/// <param name="FailureCode">K-code of the failure catalogue; empty when the patient just asked.</param>
internal sealed record StaffCall(DateTimeOffset At, string FailureCode);

/// <summary>One kiosk as the reception sees it: its commands not yet acknowledged, its stream, its visit, its call. Thread-safe.</summary>
internal sealed class KioskLine(string id, ulong epoch)
{
    /// <summary>A renewed certificate and a cable pulled once are one or two within this time.</summary>
    private const int MostTakeovers = 3;
    private static readonly TimeSpan s_contest = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly List<Command> _unacked = [];
    private Channel<Command>? _stream;
    private readonly Queue<DateTimeOffset> _takenOver = new();
    private ulong _seq;

    public string Id => id;

    public string Version { get; private set; } = "";

    public bool Connected => _stream is not null;

    /// <summary>Streams of this id end each other: two machines have its certificate, or its cable fails again and again.</summary>
    public bool IsContested(DateTimeOffset now)
    {
        lock (_gate) return _takenOver.Count(at => now - at < s_contest) >= MostTakeovers;
    }

    /// <summary>The visit now at the kiosk and when its card was placed.</summary>
    public (Guid Id, DateTimeOffset At)? Visit { get; set; }

    public StaffCall? Call { get; set; }

    /// <summary>When a machine with this id was last refused at the door and why, as <see cref="KioskTrust"/> says it; null: not since the start.</summary>
    public (string Why, DateTimeOffset At)? Refused { get; set; }

    /// <summary>Of the certificate it last showed; null before.</summary>
    public DateTimeOffset? CertificateEnds { get; set; }

    /// <summary>As the kiosk last told it; null before.</summary>
    public KioskHealth? Health { get; set; }

    /// <summary>
    /// A kiosk came (back). What it has processed is dropped, the rest is sent again; a kiosk that does not know this
    /// epoch also gets the present state.
    /// </summary>
    /// <param name="state">Bodies that tell how things stand now.</param>
    /// <param name="now">When it came.</param>
    /// <returns>What to send, in order, without end; completed when a newer stream takes over.</returns>
    public ChannelReader<Command> Attach(Hello hello, IEnumerable<Command> state, DateTimeOffset now)
    {
        lock (_gate)
        {
            Version = hello.Version;
            if (_stream is not null)
            {
                _stream.Writer.TryComplete();
                _takenOver.Enqueue(now);
                if (_takenOver.Count > MostTakeovers) _takenOver.Dequeue();
            }

            _stream = Channel.CreateUnbounded<Command>();
            if (hello.LastEpoch == epoch) _unacked.RemoveAll(c => c.Seq <= hello.LastSeq);
            foreach (Command waiting in _unacked) _stream.Writer.TryWrite(waiting);
            if (hello.LastEpoch != epoch) foreach (Command one in state) Add(one);
            return _stream.Reader;
        }
    }

    public void Detach(ChannelReader<Command> stream)
    {
        lock (_gate)
        {
            // A newer stream may have taken over already.
            if (_stream?.Reader == stream) _stream = null;
        }
    }

    /// <summary>Ends the stream from this side: the reception is closing.</summary>
    public void HangUp()
    {
        lock (_gate) _stream?.Writer.TryComplete();
    }

    /// <summary>Sends now if connected, else when the kiosk comes back. Replaces a waiting command of the same kind.</summary>
    public void Push(Command body)
    {
        lock (_gate) Add(body);
    }

    public void Acknowledge(CommandAck ack)
    {
        lock (_gate)
        {
            if (ack.Epoch == epoch) _unacked.RemoveAll(c => c.Seq <= ack.Seq);
        }
    }

    private void Add(Command body)
    {
        // Each kind is a state or is for one visit: only its newest counts, so the list is never longer than the kinds.
        _unacked.RemoveAll(c => c.BodyCase == body.BodyCase);
        Command command = body.Clone();
        command.Epoch = epoch;
        command.Seq = ++_seq;
        _unacked.Add(command);
        _stream?.Writer.TryWrite(command);
    }
}
