using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kiosk.Simulators.TicketPrinter;

/// <summary>
/// A simulated ESC/POS printer on a loopback port: reads the bytes, keeps each ticket that was cut, answers status questions.
/// </summary>
public sealed class SimulatedTicketPrinter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentQueue<PrintedTicket> _tickets = new();
    private readonly Task _serving;

    public SimulatedTicketPrinter()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>As in the configuration: <c>ticket.printer</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Its paper is at the end.</summary>
    public bool IsPaperOut { get; set; }

    public bool IsCoverOpen { get; set; }

    /// <summary>It takes bytes and answers nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The paper ends after so many lines of the next ticket; null: it does not.</summary>
    public int? LinesLeft { get; set; }

    /// <summary>Tickets that were cut, the oldest first.</summary>
    public IReadOnlyList<PrintedTicket> Tickets => [.. _tickets];

    /// <exception cref="OperationCanceledException">So many tickets did not come.</exception>
    public async Task<IReadOnlyList<PrintedTicket>> UntilAsync(int count, CancellationToken stop)
    {
        while (_tickets.Count < count) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        return Tickets;
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                open.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient _ = client;
        EscPosReader reader = new(this, _tickets.Enqueue);
        byte[] bytes = new byte[4096];
        try
        {
            NetworkStream stream = client.GetStream();
            while (await stream.ReadAsync(bytes, _over.Token) is > 0 and int got)
            {
                byte[] answers = reader.Take(bytes.AsSpan(0, got));
                if (answers.Length > 0 && !IsSilent) await stream.WriteAsync(answers, _over.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The kiosk went away.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _serving;
        _over.Dispose();
    }
}
