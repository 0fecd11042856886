using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Kiosk.Processes.Visits;

/// <summary>An OpenTelemetry collector on loopback that takes every request over HTTP and keeps it as it came.</summary>
internal sealed class MetricsCollector : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private Task _taking = Task.CompletedTask;

    private MetricsCollector() => _listener.Start();

    /// <summary>Where metrics are sent.</summary>
    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1/metrics";

    public static MetricsCollector Start()
    {
        MetricsCollector collector = new();
        collector._taking = collector.TakeAsync();
        return collector;
    }

    /// <summary>The next request, head and body, in Latin-1: protobuf keeps texts as they are.</summary>
    public async Task<string> NextAsync()
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        return await _requests.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            using TcpClient kiosk = await _listener.AcceptTcpClientAsync(_stop.Token);
            await using NetworkStream stream = kiosk.GetStream();
            byte[] all = new byte[1 << 18];
            int length = 0, head;
            while ((head = all.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0 || length < head + 4 + BodyLength(all, head))
            {
                int more = await stream.ReadAsync(all.AsMemory(length), _stop.Token);
                if (more == 0) throw new EndOfStreamException();
                length += more;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
            _requests.Writer.TryWrite(Encoding.Latin1.GetString(all, 0, length));
        }
    }

    private static int BodyLength(byte[] all, int head)
    {
        const string Header = "Content-Length:";
        string[] lines = Encoding.Latin1.GetString(all, 0, head).Split("\r\n");
        string line = lines.First(l => l.StartsWith(Header, StringComparison.OrdinalIgnoreCase));
        return int.Parse(line[Header.Length..], CultureInfo.InvariantCulture);
    }
}
