using System.Net.Sockets;
using System.Text;

namespace Kiosk.App.Appliance;

/// <summary>
/// sd_notify(3), by hand: the library's own finds systemd through /proc, which the unit's sandbox hides. Does nothing where
/// nobody listens.
/// </summary>
/// <param name="address">$NOTIFY_SOCKET: a path, or a name after @.</param>
internal sealed class ServiceManager(string? address)
{
    public static ServiceManager FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>How often the manager wants a sign of life, from $WATCHDOG_USEC; null when it does not.</summary>
    public static TimeSpan? Patience =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    public void Ready() => Tell("READY=1");

    public void Stopping() => Tell("STOPPING=1");

    /// <summary>Gives a sign of life three times in each period while <paramref name="alive"/> says so; then the manager restarts us.</summary>
    public async Task BeatAsync(TimeSpan patience, Func<bool> alive, TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            if (alive()) Tell("WATCHDOG=1");
            await Task.Delay(patience / 3, time, stop);
        }
    }

    private void Tell(string news)
    {
        if (string.IsNullOrEmpty(address) || OperatingSystem.IsWindows()) return;
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // A leading NUL is how an abstract name is written.
        socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        socket.Send(Encoding.ASCII.GetBytes(news));
    }
}
