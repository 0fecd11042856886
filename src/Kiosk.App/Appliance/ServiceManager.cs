using System.Net.Sockets;
using System.Text;

namespace Kiosk.App.Appliance;

/// <summary>
/// sd_notify(3), written by hand: Microsoft's systemd package finds systemd through /proc, which the unit's sandbox hides. Does nothing
/// when no service manager listens.
/// </summary>
/// <param name="address">$NOTIFY_SOCKET: a path, or an abstract name after @.</param>
internal sealed class ServiceManager(string? address)
{
    public static ServiceManager FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>The keep-alive interval the service manager expects, from $WATCHDOG_USEC; null when it expects none.</summary>
    public static TimeSpan? KeepAliveInterval =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    public void Ready() => Notify("READY=1");

    public void Stopping() => Notify("STOPPING=1");

    /// <summary>Sends three keep-alives in each period while <paramref name="alive"/> is true. When they stop, the service manager restarts
    /// the kiosk.</summary>
    public async Task SendKeepAlivesAsync(TimeSpan patience, Func<bool> alive, TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            if (alive()) Notify("WATCHDOG=1");
            await Task.Delay(patience / 3, time, stop);
        }
    }

    private void Notify(string state)
    {
        if (string.IsNullOrEmpty(address) || OperatingSystem.IsWindows()) return;
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // An abstract socket name begins with a NUL byte.
        socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        socket.Send(Encoding.ASCII.GetBytes(state));
    }
}
