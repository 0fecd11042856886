using System.Diagnostics;
using System.Net.WebSockets;
using Kiosk.App.Screens;

namespace Kiosk.App.PageServer;

/// <summary>The socket between page and kiosk: sends views, receives presses.</summary>
public sealed class UiSocket(UiPort port, ScreenRenderer renderer, TimeProvider time)
{
    /// <summary>Interval of the dot that is sent when there is no new view. The page shows its own offline screen after 2.2 s of
    /// silence.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>Longest press in bytes. A longer message is not from our page.</summary>
    private const int LongestPress = 256;

    /// <summary>A page answers each message after it has painted, at least once a second. If it is silent for longer than this, its
    /// renderer hangs, although the socket is open. Real time: a browser does not follow the clock of a test.</summary>
    private static readonly TimeSpan PaintPatience = TimeSpan.FromSeconds(5);

    private static readonly byte[] Dot = "."u8.ToArray();

    private int _taken;
    private long _painted;

    /// <summary>A page is connected, and it has painted within the last seconds.</summary>
    public bool Shown => Volatile.Read(ref _taken) == 1 && Stopwatch.GetElapsedTime(Volatile.Read(ref _painted)) < PaintPatience;

    public async Task RunAsync(HttpContext context)
    {
        if (Interlocked.Exchange(ref _taken, 1) == 1)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return;
        }
        try
        {
            Volatile.Write(ref _painted, Stopwatch.GetTimestamp());
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            Task first = await Task.WhenAny(SendAsync(socket, over.Token), ReceiveAsync(socket, over.Token));
            await over.CancelAsync();
            await first;
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // The browser left. It will connect again by itself.
        }
        finally
        {
            Volatile.Write(ref _taken, 0);
        }
    }

    private async Task SendAsync(WebSocket socket, CancellationToken stop)
    {
        UiView? seen = null;
        while (true)
        {
            byte[] message = Dot;
            if (await NewerAsync(seen, stop) is UiView view) message = await renderer.MessageAsync(seen = view);
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, true, stop);
        }
    }

    /// <returns>Null if a heartbeat is due before a new view comes.</returns>
    private async Task<UiView?> NewerAsync(UiView? seen, CancellationToken stop)
    {
        if (seen is null) return port.Current;
        using CancellationTokenSource beat = new(Heartbeat, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, beat.Token);
        try
        {
            return await port.NextAsync(seen, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task ReceiveAsync(WebSocket socket, CancellationToken stop)
    {
        // Pinned, so that the garbage collector leaves no copy of a slot number behind.
        byte[] line = GC.AllocateArray<byte>(LongestPress, pinned: true);
        while (true)
        {
            ValueWebSocketReceiveResult got = await socket.ReceiveAsync(line.AsMemory(), stop);
            if (got.MessageType != WebSocketMessageType.Text || !got.EndOfMessage) return;
            if (line.AsSpan(0, got.Count).SequenceEqual("painted"u8)) Volatile.Write(ref _painted, Stopwatch.GetTimestamp());
            else port.Take(line.AsSpan(0, got.Count));
            line.AsSpan().Clear();
        }
    }
}
