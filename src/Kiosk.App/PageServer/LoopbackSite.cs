using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Kiosk.App.PageServer;

/// <summary>Kestrel on one loopback port with <see cref="OwnPageOnly"/> before everything; the patient's page and the simulator's console are such sites.</summary>
public sealed class LoopbackSite : IAsyncDisposable
{
    /// <summary>sd_listen_fds(3): the first descriptor handed over.</summary>
    private const int FirstHandedSocket = 3;

    private readonly WebApplication _web;
    private readonly SessionGate _gate;

    private LoopbackSite(WebApplication web, SessionGate gate, Uri root) => (_web, _gate, Root) = (web, gate, root);

    /// <summary>Without a token: for a browser that has been let in.</summary>
    public Uri Root { get; }

    /// <summary>An address that lets one browser in, once. Those made before are void.</summary>
    public Uri NewUrl() => new(Root, $"?boot={_gate.NewBootToken()}");

    /// <summary>The address made last was used.</summary>
    public bool Spent => _gate.Spent;

    /// <param name="port">0: any free one.</param>
    /// <param name="handed">Take the socket of LISTEN_FDS=1 when there is one.</param>
    /// <param name="serve">Answers what the filter lets through.</param>
    public static async Task<LoopbackSite> StartAsync(
        int port, bool handed, SessionGate gate, RequestDelegate serve, ILoggerFactory logs, CancellationToken stop)
    {
        handed &= Environment.GetEnvironmentVariable("LISTEN_FDS") == "1";

        // Empty: nothing is taken from settings files, environment or working folder.
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
        TaskCompletionSource<OwnPageOnly> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        web.UseWebSockets();
        web.Use(async (HttpContext context, RequestDelegate next) => await (await ready.Task).InvokeAsync(context, next));
        web.Run(serve);
        await web.StartAsync(stop);

        // The port is known only now; whoever asked before has waited.
        int bound = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        ready.SetResult(new(Authority(bound), gate));
        return new(web, gate, new Uri($"http://{Authority(bound)}/"));
    }

    public async ValueTask DisposeAsync()
    {
        // Sockets of the page never end by themselves.
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _web.StopAsync(now.Token);
        await _web.DisposeAsync();
    }

    /// <summary>As a browser writes it in Host and Origin.</summary>
    private static string Authority(int port) => port == 80 ? "127.0.0.1" : string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
