using System.Data.Common;
using System.Threading.Channels;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>One Connect stream from Hello to its end.</summary>
/// <param name="whyNoLonger">Null while the kiosk's certificate is accepted.</param>
internal sealed class KioskStream(
    KioskRegistry kiosks, KioskState kiosk, Func<string?> whyNoLonger, ChangeSignal changes, TimeProvider time, ILogger log)
{
    private const int MaxVersion = 32;
    private static readonly TimeSpan _helloTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _trustInterval = TimeSpan.FromSeconds(5);

    public async Task RunAsync(IAsyncStreamReader<KioskMessage> from, IServerStreamWriter<Command> to, ServerCallContext context)
    {
        Hello hello = await HelloAsync(from, context.CancellationToken);
        // The headers tell the kiosk that it was accepted, also when there is no command for it yet.
        await context.WriteResponseHeadersAsync([]);
        ChannelReader<Command> commands = Attach(hello, context.GetHttpContext().Connection.Id);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        Task acks = Task.CompletedTask;
        // From here on the kiosk counts as connected: whatever fails must end the stream, so that the kiosk notices and connects again.
        try
        {
            Log.KioskUp(log, kiosk.Id);
            changes.Notify();
#pragma warning disable CA2025 // Awaited in finally, before the source is disposed.
            acks = ReadAcksAsync(from, over);
#pragma warning restore CA2025
            string? refused = null;
            // A stream is one call that lasts for weeks: whether its kiosk is still trusted is judged while it lasts.
            await using ITimer trust = time.CreateTimer(_ =>
            {
                if (whyNoLonger() is not { } why) return;
                refused = why;
                kiosk.CloseStream(commands);
            }, null, _trustInterval, _trustInterval);
            await foreach (Command command in commands.ReadAllAsync(over.Token)) await to.WriteAsync(command, over.Token);
            if (refused is not null) throw LinkErrors.NotTrusted(refused);
            throw new RpcException(new Status(StatusCode.Aborted, "a newer stream took over, or the reception is closing"));
        }
        catch (OperationCanceledException)
        {
            // The kiosk went away, or the reception is closing.
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The same, noticed while writing.
        }
        finally
        {
            kiosk.StreamEnded(commands);
            await over.CancelAsync();
            await acks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Log.KioskDown(log, kiosk.Id);
            changes.Notify();
        }
    }

    private ChannelReader<Command> Attach(Hello hello, string connection)
    {
        try
        {
            return kiosk.OpenStream(hello, kiosks.PresentState(kiosk.Id), connection, time.GetUtcNow());
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            Log.NotStored(log, kiosk.Id, e);
            throw LinkErrors.NotStored(kiosks.CauseOf(e));
        }
    }

    private async Task<Hello> HelloAsync(IAsyncStreamReader<KioskMessage> from, CancellationToken stop)
    {
        using CancellationTokenSource late = new(_helloTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        bool came;
        try
        {
            came = await from.MoveNext(either.Token);
        }
        catch (OperationCanceledException)
        {
            came = false;
        }

        if (!came || from.Current.BodyCase != KioskMessage.BodyOneofCase.Hello)
            throw LinkErrors.NotAccepted("the first message must be Hello");
        if (from.Current.Hello.Version.Length > MaxVersion) throw LinkErrors.Invalid("hello.version must have at most 32 characters");
        return from.Current.Hello;
    }

    private async Task ReadAcksAsync(IAsyncStreamReader<KioskMessage> from, CancellationTokenSource over)
    {
        try
        {
            while (await from.MoveNext(over.Token))
            {
                if (from.Current.BodyCase == KioskMessage.BodyOneofCase.Ack) kiosk.Acknowledge(from.Current.Ack);
                if (from.Current.BodyCase == KioskMessage.BodyOneofCase.Health) await NoteAsync(from.Current.Health);
            }
        }
        finally
        {
            // The kiosk closed its side or the connection broke: end the sending side too.
            await over.CancelAsync();
        }
    }

    private async Task NoteAsync(KioskHealth health)
    {
        if (!HealthLimits.Allow(health)) return;
        await kiosks.NoteHealthAsync(kiosk, health);
        changes.Notify();
    }
}
