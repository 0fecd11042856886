using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using KioskHealth = Kiosk.Contract.KioskHealth;

namespace Kiosk.Devices.Reception;

/// <summary>
/// Holds the stream on which the reception sends commands, connects again after each interruption, and delivers each command once.
/// </summary>
/// <param name="newest">The connection to use. When it is retired, the stream moves to the next one without reporting a fault.</param>
/// <param name="visit">The current visit of the kiosk. A grant for another visit is dropped.</param>
internal sealed class CommandStream(
    Func<LinkConnection> newest, string version, TimeProvider time, Func<Guid> visit)
{
    /// <summary>The reception answers Hello at once; after this long it counts as not answering.</summary>
    internal static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(3);

    // The last command processed. A number counts only within its epoch: after a restart of the reception the numbers begin at 1 again.
    // Without the epoch, kiosks dropped 1,300 of 4,297 commands as already seen (measured: README.md of this folder).
    private ulong _epoch;
    private ulong _seq;

    // The newest report. A new report wakes the sender of the current stream.
    private readonly Channel<bool> _reported =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile KioskHealth? _health;

    /// <summary>Keeps the newest report. It is sent now, or after the next Hello.</summary>
    public void Report(KioskHealth health)
    {
        _health = health;
        _reported.Writer.TryWrite(true);
    }

    public async IAsyncEnumerable<ReceptionEvent> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Channel<ReceptionEvent> news = Channel.CreateBounded<ReceptionEvent>(64);
        Task pump = PumpAsync(news.Writer, over.Token);
        try
        {
            await foreach (ReceptionEvent one in news.Reader.ReadAllAsync(stop)) yield return one;
        }
        finally
        {
            await over.CancelAsync();
            await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(ChannelWriter<ReceptionEvent> news, CancellationToken stop)
    {
        Failure? told = null;
        int misses = 0;
        try
        {
            while (true)
            {
                bool wasUp = false;
                FailureException? why = await RunOnceAsync(
                    async () =>
                    {
                        wasUp = true;
                        await news.WriteAsync(new ReceptionEvent.LinkUp(), stop);
                    },
                    news,
                    stop);
                stop.ThrowIfCancellationRequested();
                if (wasUp) (told, misses) = (null, 0);
                if (why is null) continue;
                if (told != why.Failure) await news.WriteAsync(new ReceptionEvent.LinkDown(why.Failure, why.Detail), stop);
                told = why.Failure;
                await Task.Delay(Backoff.After(misses++, why.Failure), time, stop);
            }
        }
        catch (Exception e)
        {
            // Cancelled, or a bug: in both cases the reader of the events must be told.
            news.TryComplete(e);
        }
    }

    /// <returns>Why the stream ended; every stream ends at some time. Null: the connection was renewed.</returns>
    private async Task<FailureException?> RunOnceAsync(Func<Task> up, ChannelWriter<ReceptionEvent> news, CancellationToken stop)
    {
        LinkConnection connection = newest();
        using CancellationTokenSource hello = new(HelloTimeout, time);
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop, hello.Token, connection.Retired);
        try
        {
            using AsyncDuplexStreamingCall<KioskMessage, Command> call = connection.Client.Connect(cancellationToken: giveUp.Token);
            Hello first = new() { Version = version, LastEpoch = _epoch, LastSeq = _seq };
            await call.RequestStream.WriteAsync(new() { Hello = first }, stop);
            await call.ResponseHeadersAsync;
            hello.CancelAfter(Timeout.InfiniteTimeSpan);
            connection.Trust.Answered();
            await up();
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using SemaphoreSlim writing = new(1);
#pragma warning disable CA2025 // Awaited in finally, before both are disposed.
            Task health = SendHealthAsync(call.RequestStream, writing, ended.Token);
#pragma warning restore CA2025
            try
            {
                await foreach (Command command in call.ResponseStream.ReadAllAsync(stop))
                {
                    if (command.Epoch != _epoch || command.Seq > _seq)
                    {
                        if (ToNews(command) is { } one) await news.WriteAsync(one, stop);
                        (_epoch, _seq) = (command.Epoch, command.Seq);
                    }

                    // A repeated command is acknowledged again, because its first acknowledgement was lost.
                    await WriteAsync(call.RequestStream, new() { Ack = new() { Epoch = command.Epoch, Seq = command.Seq } }, writing, stop);
                }
            }
            finally
            {
                await ended.CancelAsync();
                await health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return new(Failure.ReceptionUnreachable, "the reception closed the stream");
        }
        catch (Exception e) when (
            connection.Retired.IsCancellationRequested
            && e is (RpcException or OperationCanceledException or InvalidOperationException or IOException))
        {
            return null;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted)
        {
            // Taken over by a newer stream, or the reception is closing.
            return new(Failure.ReceptionUnreachable, e.Status.Detail, e);
        }
        catch (RpcException e)
        {
            return LinkFailures.ToFailure(e, connection.Trust.Verdict());
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            // WriteAsync on a stream that just ended throws InvalidOperationException.
            return connection.Trust.Verdict() ?? new(Failure.ReceptionUnreachable, "no answer from the reception", e);
        }
    }

    private async Task SendHealthAsync(IClientStreamWriter<KioskMessage> to, SemaphoreSlim writing, CancellationToken stop)
    {
        KioskHealth? sent = null;
        while (true)
        {
            if (_health is { } newest && !ReferenceEquals(newest, sent))
            {
                await WriteAsync(to, new() { Health = newest }, writing, stop);
                sent = newest;
            }

            await _reported.Reader.ReadAsync(stop);
        }
    }

    /// <summary>One message at a time: the library refuses a second write before the first has ended.</summary>
    private static async Task WriteAsync(
        IClientStreamWriter<KioskMessage> to, KioskMessage message, SemaphoreSlim writing, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await to.WriteAsync(message, stop);
        }
        finally
        {
            writing.Release();
        }
    }

    private ReceptionEvent? ToNews(Command c) => c.BodyCase switch
    {
        Command.BodyOneofCase.VisualGranted when Wire.ToGuid(c.VisualGranted.VisitId) == visit()
            => new ReceptionEvent.VisualGranted(c.VisualGranted.StaffId),
        Command.BodyOneofCase.ArrivalAnswer when Wire.ToGuid(c.ArrivalAnswer.VisitId) == visit()
            && Wire.ToCore(c.ArrivalAnswer) is { } answer => new ReceptionEvent.SiteAnswered(answer),
        Command.BodyOneofCase.Maintenance => new ReceptionEvent.MaintenanceSet(c.Maintenance.On),
        Command.BodyOneofCase.Disaster => new ReceptionEvent.DisasterSet(c.Disaster.On),
        Command.BodyOneofCase.SitePolicy => new ReceptionEvent.PolicySet(Wire.ToCore(c.SitePolicy)),
        Command.BodyOneofCase.Consents when Wire.ToCore(c.Consents) is { } catalogue
            => new ReceptionEvent.PolicySet(Core.Consents.SitePolicy.Default with { Consents = catalogue }),
        // A grant or an answer for another visit, or a command of a newer reception. Acknowledge it, otherwise the reception sends it
        // forever.
        _ => null,
    };
}
