using System.Net.WebSockets;
using Kiosk.App.Screens;
using Kiosk.Core;
using Kiosk.Core.Faces;

namespace Kiosk.App.PageServer;

/// <summary>Sends the patient's own picture, one frame at a time: the next one only after the page has confirmed the last. It is open only
/// while a face is matched and one is before the camera; the server closes it even if the page does not.</summary>
public sealed class PreviewSocket(UiPort port, IPreview preview, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private int _taken;

    /// <summary>Number of viewers now, 0 or 1.</summary>
    public int Viewers => Volatile.Read(ref _taken);

    public async Task RunAsync(HttpContext context)
    {
        if (port.Current.State is not VisitState.MatchingFace { ShowsPatient: true } || Interlocked.Exchange(ref _taken, 1) == 1)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return;
        }
        try
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            Task first = await Task.WhenAny(ShowAsync(socket, over.Token), WaitForFaceEndAsync(over.Token));
            await over.CancelAsync();
            await first;
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // The page has left or the state has changed. Disposing the socket ends the picture.
        }
        finally
        {
            Volatile.Write(ref _taken, 0);
        }
    }

    private async Task ShowAsync(WebSocket socket, CancellationToken stop)
    {
        byte[] shown = new byte[4];
        while (true)
        {
            if (await preview.NextAsync(stop) is not ReadOnlyMemory<byte> frame)
            {
                // The screen appears a moment before the camera is open.
                await Task.Delay(RetryPause, time, stop);
                continue;
            }
            await socket.SendAsync(frame, WebSocketMessageType.Binary, true, stop);
            if ((await socket.ReceiveAsync(shown.AsMemory(), stop)).MessageType == WebSocketMessageType.Close) return;
        }
    }

    private async Task WaitForFaceEndAsync(CancellationToken stop)
    {
        UiView seen = port.Current;
        while (seen.State is VisitState.MatchingFace { ShowsPatient: true }) seen = await port.NextAsync(seen, stop);
    }
}
