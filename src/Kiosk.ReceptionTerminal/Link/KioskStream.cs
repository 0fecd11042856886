using System.Threading.Channels;
using Grpc.Core;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>One Connect stream from Hello to its end.</summary>
internal sealed class KioskStream(CommandPost post, KioskLine line, Bell bell, TimeProvider time, ILogger log)
{
    private const int LongestVersion = 32;
    private static readonly TimeSpan s_helloPatience = TimeSpan.FromSeconds(5);

    public async Task RunAsync(IAsyncStreamReader<KioskMessage> from, IServerStreamWriter<Command> to, ServerCallContext context)
    {
        Hello hello = await HelloAsync(from, context.CancellationToken);
        // The headers tell the kiosk that it was accepted, also when there is nothing to say yet.
        await context.WriteResponseHeadersAsync([]);
        ChannelReader<Command> commands = line.Attach(hello, post.State(line.Id), time.GetUtcNow());
        Log.KioskUp(log, line.Id);
        bell.Ring();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
#pragma warning disable CA2025 // Awaited in finally, before the source is disposed.
        Task acks = ReadAcksAsync(from, over);
#pragma warning restore CA2025
        try
        {
            await foreach (Command command in commands.ReadAllAsync(over.Token)) await to.WriteAsync(command, over.Token);
            throw new RpcException(new Status(StatusCode.Aborted, "a newer stream took over, or the reception is closing"));
        }
        catch (OperationCanceledException)
        {
            // The kiosk went away, or the reception is closing.
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The same, seen while writing.
        }
        finally
        {
            line.Detach(commands);
            await over.CancelAsync();
            await acks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Log.KioskDown(log, line.Id);
            bell.Ring();
        }
    }

    private async Task<Hello> HelloAsync(IAsyncStreamReader<KioskMessage> from, CancellationToken stop)
    {
        using CancellationTokenSource late = new(s_helloPatience, time);
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

        if (!came || from.Current.BodyCase != KioskMessage.BodyOneofCase.Hello) throw Refuse.NotAccepted("the first message must be Hello");
        if (from.Current.Hello.Version.Length > LongestVersion) throw Refuse.Invalid("hello.version must have at most 32 characters");
        return from.Current.Hello;
    }

    private async Task ReadAcksAsync(IAsyncStreamReader<KioskMessage> from, CancellationTokenSource over)
    {
        try
        {
            while (await from.MoveNext(over.Token))
            {
                if (from.Current.BodyCase == KioskMessage.BodyOneofCase.Ack) line.Acknowledge(from.Current.Ack);
                if (from.Current.BodyCase == KioskMessage.BodyOneofCase.Health) Note(from.Current.Health);
            }
        }
        finally
        {
            // Kiosk closed its side or the connection broke: end the sending side too.
            await over.CancelAsync();
        }
    }

    // Limits as in reception.proto. A report beyond them is not shown; the link goes on.
    private void Note(KioskHealth h)
    {
        bool good = h.Version.Length <= LongestVersion && h.Devices.Count <= 32 && h.EngineId.Length <= 64 && Short(h.EngineWarning)
            && h.Devices.All(d => KioskIdentity.IsId(d.Name) && Word(d.FailureCode, 8) && Short(d.Detail))
            && h.Visits.Count <= 128 && h.Visits.All(v => Word(v.Outcome, 32) && Word(v.FailureCode, 8))
            && h.Stages.Count <= 64 && h.Stages.All(s => Word(s.Stage, 32))
            && (h.Image is not { } i || (i.Version.Length <= 32 && i.Slot.Length <= 1 && Short(i.RollbackReason)));
        if (!good) return;
        line.Health = h;
        bell.Ring();

        static bool Short(string text) => text.Length <= 200;

        // These become labels of the metrics, where no free text may come in.
        static bool Word(string text, int longest) => text.Length <= longest && text.All(char.IsAsciiLetterOrDigit);
    }
}
