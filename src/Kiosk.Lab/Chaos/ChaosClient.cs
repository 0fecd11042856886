using System.Globalization;
using System.Threading.Channels;
using Kiosk.App.Configuration;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Journal;
using Kiosk.Devices.Outbox;
using Kiosk.Devices.Reception;

namespace Kiosk.Lab.Chaos;

/// <param name="Folder">Folder with the certificates of the reception and the kiosks.</param>
/// <param name="Id">Kiosk id; its certificate is <c>kiosk-ID.pem</c> in the folder.</param>
/// <param name="Port">Port of the simulated cable to the reception.</param>
/// <param name="Journal">Path of the kiosk's journal.</param>
/// <param name="Told">Path of the told file: which check-ins patients were told. It is not on the disk whose power is cut.</param>
/// <param name="RamQueue">Control run that must lose check-ins: the patient is told first, and the check-in is handed over later
/// from memory.</param>
/// <param name="Outbox">The sealed outbox, with its key in memory. Null: no outbox, the default.</param>
internal sealed record ChaosClientOptions(string Folder, string Id, int Port, string Journal, string Told, bool RamQueue,
    OutboxConfig? Outbox = null);

/// <summary>
/// `kiosk-lab chaos client`: a process that checks in one patient after the other as a kiosk does, until it is killed. Lines of the
/// told file: <c>T key repeat</c>: the patient was told that the check-in is done. <c>B key</c>: begun in the journal. <c>D key</c>:
/// about to be marked as done in the journal. <c>K key</c>: no answer; it is kept in the outbox and the patient goes to the desk.
/// <c>F key found</c> and <c>F key absent</c>: the reception's answer about an entry that was open in the journal at the start.
/// </summary>
internal sealed class ChaosClient : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);

    private readonly ChaosClientOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _told;
    private readonly Lock _gate = new();
    private readonly SealedOutbox? _box;
    private readonly IReceptionLink _link;

    public ChaosClient(ChaosClientOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _told = new(options.Told, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        GrpcReceptionLink bare = GrpcReceptionLink.Open(
            new ReceptionLinkOptions(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{options.Port}")),
                    Path.Combine(options.Folder, "ca.pem"),
                Path.Combine(options.Folder, $"kiosk-{options.Id}.pem"), Path.Combine(options.Folder, $"kiosk-{options.Id}.key")), time);
        _box = options.Outbox is { } o ? SealedOutbox.Open(o.File, o.Key, time) : null;
        _link = _box is null ? bare : new OutboxLink(bare, _box, time);
    }

    public async Task<int> RunAsync(CancellationToken stop)
    {
        using VisitJournal journal = VisitJournal.Open(_options.Journal, _time);
        Task watching = WatchAsync(stop);
        foreach (PendingVisit pending in journal.Pending())
        {
            Receipt? receipt = await UntilAnsweredAsync(() => _link.FindAsync(pending.Key, stop), stop);
            Write($"F {pending.Key:N} {(receipt is null ? "absent" : "found")}");
            journal.Done(pending.Key);
        }

        using SoftCard card = new(_time);
        Channel<CheckIn> memory = Channel.CreateUnbounded<CheckIn>();
        Task forwarding = _options.RamQueue ? ForwardAsync(memory.Reader, stop) : Task.CompletedTask;
        Console.WriteLine("go");
        while (!stop.IsCancellationRequested)
        {
            Guid key = Guid.NewGuid(), visit = Guid.NewGuid();
            byte[] challenge = await UntilAnsweredAsync(() => _link.OpenVisitAsync(visit, stop), stop);
            CheckIn checkIn = card.CheckIn(key, visit, challenge, _time.GetUtcNow());
            if (_options.RamQueue)
            {
                Write($"T {key:N} 0");
                await memory.Writer.WriteAsync(checkIn, stop);
                continue;
            }

            await UntilAnsweredAsync(
                () =>
                {
                    journal.Begin(key, visit);
                    return Task.FromResult(true);
                },
                stop);
            Write($"B {key:N}");
            if (await HandOverAsync(checkIn, stop) is not { } receipt) continue;
            Write($"T {key:N} {(receipt.Duplicate ? 1 : 0)}");
            Write($"D {key:N}");
            journal.Done(key);
        }

        await forwarding;
        await watching;
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _box?.Dispose();
        await _told.DisposeAsync();
    }

    /// <returns>Null: no answer came, and the check-in is in the outbox. The patient is not told that they are checked in.</returns>
    private async Task<Receipt?> HandOverAsync(CheckIn checkIn, CancellationToken stop)
    {
        if (_box is null) return await UntilAnsweredAsync(() => _link.SubmitAsync(checkIn, stop), stop);
        try
        {
            return await _link.SubmitAsync(checkIn, stop);
        }
        catch (FailureException) when (_box.Waiting().Contains(checkIn.Key))
        {
            Write($"K {checkIn.Key:N}");
            return null;
        }
        catch (FailureException)
        {
            return await UntilAnsweredAsync(() => _link.SubmitAsync(checkIn, stop), stop);
        }
    }

    private async Task ForwardAsync(ChannelReader<CheckIn> memory, CancellationToken stop)
    {
        await foreach (CheckIn checkIn in memory.ReadAllAsync(stop)) await UntilAnsweredAsync(() => _link.SubmitAsync(checkIn, stop), stop);
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        await foreach (ReceptionEvent _ in _link.WatchAsync(stop))
        {
        }
    }

    /// <summary>The patient presses "try again" until it succeeds. The key stays the same.</summary>
    private async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (FailureException failure) when (failure.Failure is Failure.ReceptionUnreachable
                or Failure.ReceptionNotStoring or Failure.LinkNotTrusted or Failure.JournalBroken)
            {
                // LinkNotTrusted is included: a reception that is killed during a handshake looks like one that refuses.
                await Task.Delay(s_pause, _time, stop);
            }
        }
    }

    private void Write(string line)
    {
        lock (_gate) _told.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
    }
}
