using System.Net;
using System.Net.Sockets;

namespace Kiosk.Simulators.Reception;

/// <summary>
/// The LAN cable between kiosk and reception, simulated by a TCP forwarder on loopback. The real link goes through it and has a
/// real outage when the cable is unplugged.
/// </summary>
public sealed class SimulatedCable : IAsyncDisposable
{
    private readonly IPEndPoint _reception;
    private readonly Lock _gate = new();
    private readonly List<Socket> _ends = [];
    private readonly CancellationTokenSource _stop = new();
#pragma warning disable CA2213 // Unplug stops the listener, which disposes it.
    private TcpListener? _listener;
#pragma warning restore CA2213
    private volatile bool _silent;
    private volatile bool _dropsAnswers;

    /// <summary>The cable is plugged in after the start.</summary>
    /// <param name="reception">Address and port where the reception listens.</param>
    public SimulatedCable(IPEndPoint reception)
    {
        _reception = reception;
        Listen(0);
    }

    /// <summary>
    /// The port on 127.0.0.1 that the kiosk must use instead of the reception's port. It stays the same when the cable is plugged
    /// in again.
    /// </summary>
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

    /// <summary>Forwards connections again. Also ends <see cref="Silence"/>.</summary>
    public void Plug()
    {
        lock (_gate)
        {
            if (_silent) DropAll();
            _silent = false;
            if (_listener is null) Listen(Port);
        }
    }

    /// <summary>Simulates a failed network switch: connections stay open and new ones are accepted, but no data is forwarded.</summary>
    public void Silence() => _silent = true;

    /// <summary>
    /// Loses answers: for the given time, requests of the kiosk arrive and answers of the reception are dropped. Then the
    /// connections are closed.
    /// </summary>
    public async Task LoseAnswersAsync(TimeSpan window, CancellationToken stop)
    {
        _dropsAnswers = true;
        try
        {
            await Task.Delay(window, TimeProvider.System, stop);
        }
        finally
        {
            Cut();
            _dropsAnswers = false;
        }
    }

    /// <summary>Closes all connections once, like a reception that ends and restarts immediately.</summary>
    public void Cut()
    {
        lock (_gate) DropAll();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Unplug();
        _stop.Dispose();
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
            while (true) _ = ForwardAsync(await listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The cable was unplugged.
        }
    }

    private async Task ForwardAsync(Socket kiosk)
    {
        Socket reception = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        kiosk.NoDelay = true;
        lock (_gate) _ends.AddRange([kiosk, reception]);
        try
        {
            await reception.ConnectAsync(_reception, _stop.Token);
            await Task.WhenAny(PumpAsync(kiosk, reception, () => _silent), PumpAsync(reception, kiosk, () => _silent || _dropsAnswers));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The reception does not run. The kiosk must only see a broken connection.
        }
        finally
        {
            // Remove the sockets from the list before they are disposed, because DropAll uses the sockets in the list.
            lock (_gate) _ends.RemoveAll(s => s == kiosk || s == reception);
            kiosk.Dispose();
            reception.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<bool> drops)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and int read)
            {
                if (!drops()) await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end closed the connection.
        }
    }

    private void DropAll()
    {
        // With linger 0 the socket sends RST, so both ends notice the outage immediately.
        foreach (Socket end in _ends)
        {
            try
            {
                if (end.Connected) end.LingerState = new(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The connection ended by itself at the same moment.
            }

            end.Dispose();
        }

        _ends.Clear();
    }
}
