using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kiosk.Core.Failures;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Kiosk.App.PageServer;

/// <summary>Kestrel on one loopback port. Every request passes <see cref="SameOriginOnly"/> first. The patient's page and the simulator's
/// console are such sites.</summary>
public sealed class LoopbackSite : IAsyncDisposable
{
    /// <summary>The first file descriptor that systemd passes to the program: sd_listen_fds(3).</summary>
    private const int FirstHandedSocket = 3;

    private readonly WebApplication _web;
    private readonly SessionGate _gate;

    private LoopbackSite(WebApplication web, SessionGate gate, Uri root) => (_web, _gate, Root) = (web, gate, root);

    /// <summary>The address without a token: for a browser that is already admitted.</summary>
    public Uri Root { get; }

    /// <summary>Makes an address that admits one browser, once. Addresses made earlier become invalid.</summary>
    public Uri NewUrl() => new(Root, $"?boot={_gate.NewBootToken()}");

    /// <summary>True if the newest address was used.</summary>
    public bool IsUrlUsed => _gate.IsTokenUsed;

    /// <param name="port">0: any free port.</param>
    /// <param name="setting">Where the port is set, for the message.</param>
    /// <param name="handed">Use the socket that systemd passes (LISTEN_FDS=1), if there is one.</param>
    /// <param name="serve">Answers the requests that pass the filter.</param>
    /// <exception cref="FailureException">ConfigBroken: the port is in use, or this user may not open it.</exception>
    public static async Task<LoopbackSite> StartAsync(
        int port, string setting, bool handed, SessionGate gate, RequestDelegate serve, ILoggerFactory logs, CancellationToken stop)
    {
        handed &= Environment.GetEnvironmentVariable("LISTEN_FDS") == "1";

        // An empty builder: reads no settings files, no environment and no working folder.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4096;
            if (handed) kestrel.ListenHandle(FirstHandedSocket);
            else kestrel.Listen(IPAddress.Loopback, port);
        });
        WebApplication web = builder.Build();
        TaskCompletionSource<SameOriginOnly> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        web.UseWebSockets();
        web.Use(async (HttpContext context, RequestDelegate next) => await (await ready.Task).InvokeAsync(context, next));
        web.Run(serve);
        try
        {
            await web.StartAsync(stop);
        }
        catch (Exception wrong) when (wrong is IOException or SocketException)
        {
            await web.DisposeAsync();
            throw new FailureException(
                Failure.ConfigBroken,
                $"port {port} of 127.0.0.1 cannot be opened ({(wrong.GetBaseException() as SocketException)?.SocketErrorCode.ToString()
                    ?? wrong.Message}); end the other program that uses it, or set another port with {setting}",
                wrong);
        }

        // The port is known only now. Requests that arrived earlier have waited.
        int bound = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        ready.SetResult(new(Authority(bound), gate));
        return new(web, gate, new Uri($"http://{Authority(bound)}/"));
    }

    public async ValueTask DisposeAsync()
    {
        // The page's sockets do not end by themselves.
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _web.StopAsync(now.Token);
        await _web.DisposeAsync();
    }

    /// <summary>Host and port as a browser writes them in Host and Origin.</summary>
    private static string Authority(int port) =>
        port == 80 ? "127.0.0.1" : string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
