using System.Net;
using System.Net.Sockets;

namespace Kiosk.Simulators.Reception;

/// <summary>
/// The LAN cable between kiosk and reception as a TCP forwarder on loopback: the real link goes through it and meets a
/// real outage when it is unplugged.
/// </summary>
public sealed class SimulatedCable : IAsyncDisposable
{
    private readonly IPEndPoint _reception;
    private readonly Lock _gate = new();
    private readonly List<Socket> _ends = [];
    private readonly CancellationTokenSource _over = new();
#pragma warning disable CA2213 // Unplug stops it, which is its Dispose.
    private TcpListener? _listener;
#pragma warning restore CA2213
    private volatile bool _silent;
    private volatile bool _deaf;

    /// <summary>Plugged in from the start.</summary>
    /// <param name="reception">Where the reception listens.</param>
    public SimulatedCable(IPEndPoint reception)
    {
        _reception = reception;
        Listen(0);
    }

    /// <summary>The port on 127.0.0.1 that the kiosk must call instead of the reception's; the same after each plug.</summary>
    public int Port { get; private set; }

    public bool Plugged => _listener is not null;

    /// <summary>Drops every connection and refuses new ones until <see cref="Plug"/>.</summary>
    public void Unplug()
    {
        lock (_gate)
        {
            _listener?.Stop();
            _listener = null;
            DropAll();
        }
    }

    /// <summary>Forwards again; also ends <see cref="Silence"/>.</summary>
    public void Plug()
    {
        lock (_gate)
        {
            if (_silent) DropAll();
            _silent = false;
            if (_listener is null) Listen(Port);
        }
    }

    /// <summary>A dead switch: connections stay open and new ones are taken, but no byte comes through.</summary>
    public void Silence() => _silent = true;

    /// <summary>Lost answers: for a while what the kiosk sends arrives and what the reception answers does not; then the connections drop.</summary>
    public async Task LoseAnswersAsync(TimeSpan window, CancellationToken stop)
    {
        _deaf = true;
        try
        {
            await Task.Delay(window, TimeProvider.System, stop);
        }
        finally
        {
            Cut();
            _deaf = false;
        }
    }

    /// <summary>Drops the connections once, as a reception that dies and is back at once.</summary>
    public void Cut()
    {
        lock (_gate) DropAll();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Unplug();
        _over.Dispose();
    }

    private void Listen(int port)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = ForwardAsync(await listener.AcceptSocketAsync(_over.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Unplugged.
        }
    }

    private async Task ForwardAsync(Socket kiosk)
    {
        Socket reception = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        kiosk.NoDelay = true;
        lock (_gate) _ends.AddRange([kiosk, reception]);
        try
        {
            await reception.ConnectAsync(_reception, _over.Token);
            await Task.WhenAny(PumpAsync(kiosk, reception, () => _silent), PumpAsync(reception, kiosk, () => _silent || _deaf));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The reception is down: the kiosk must see a broken connection, no more.
        }
        finally
        {
            // Off the list first: what is on it can still be dropped.
            lock (_gate) _ends.RemoveAll(s => s == kiosk || s == reception);
            kiosk.Dispose();
            reception.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<bool> swallows)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _over.Token) is > 0 and int read)
            {
                if (!swallows()) await to.SendAsync(buffer.AsMemory(0, read), _over.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end went away.
        }
    }

    private void DropAll()
    {
        // Linger 0 sends RST: both ends notice at once, as with a link that went down.
        foreach (Socket end in _ends)
        {
            try
            {
                if (end.Connected) end.LingerState = new(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It ended by itself at this moment.
            }

            end.Dispose();
        }

        _ends.Clear();
    }
}
