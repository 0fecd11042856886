using System.Net.Sockets;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>A printer on the network, usually port 9100.</summary>
internal sealed class TcpPrinterPort : IPrinterPort
{
    private readonly TcpClient _client = new() { NoDelay = true };

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<IPrinterPort> OpenAsync(string host, int port, CancellationToken stop)
    {
        TcpPrinterPort opened = new();
        try
        {
            await opened._client.ConnectAsync(host, port, stop);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop) => _client.GetStream().WriteAsync(bytes, stop).AsTask();

    public async Task<int> ReadAsync(Memory<byte> to, CancellationToken stop) =>
        await _client.GetStream().ReadAsync(to, stop) is > 0 and int got ? got : throw new IOException("the printer closed the connection");

    public void Dispose() => _client.Dispose();
}
