using System.Data.Common;
using System.Net;
using System.Runtime.CompilerServices;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Desk;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Waiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Hosting;

/// <summary>
/// The web server of the waiting display, on an address of its own: three files and one stream of numbers. It reads only, knows no
/// sign-in, and has no other page, so whoever can open it can open nothing else.
/// </summary>
internal static class WaitingHost
{
    /// <summary>Displays at one time; a building has a few.</summary>
    private const int MostDisplays = 16;

    /// <summary>The day ends, and a database is back, without a change signal.</summary>
    private static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(15);

    public static WebApplication Build(
        WaitingOptions options, WaitingNumbers numbers, ServerKey server, ChangeSignal changes, TimeProvider time, ILoggerProvider logs)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(logs);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = 0;
            o.Limits.MaxConcurrentConnections = MostDisplays * 4;
            o.Listen(IPAddress.Parse(options.Listen), options.Port, endpoint =>
            {
                endpoint.Protocols = options.Https ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                if (options.Https) endpoint.UseHttps(https => https.ServerCertificateSelector = (_, _) => server.Current);
            });
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(3));
        WebApplication app = builder.Build();
        app.Use(async (context, next) =>
        {
            PageHeaders.Set(context.Response.Headers);
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            await next();
        });
        app.UseRouting();
        app.MapGet("/", c => PageFile.Send(c, "waiting.html"));
        foreach (string file in (string[])["waiting.css", "waiting.js", "favicon.svg"]) app.MapGet("/" + file, c => PageFile.Send(c, file));
        int open = 0;
        CancellationToken closing = app.Lifetime.ApplicationStopping;
        app.MapGet("/numbers", IResult (HttpContext c) =>
        {
            if (Interlocked.Increment(ref open) > MostDisplays)
            {
                Interlocked.Decrement(ref open);
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            c.Response.OnCompleted(() => Task.FromResult(Interlocked.Decrement(ref open)));
            return TypedResults.ServerSentEvents(Feed(numbers, changes, time, c.RequestAborted, closing));
        });
        return app;
    }

    private static async IAsyncEnumerable<WaitingView> Feed(
        WaitingNumbers numbers, ChangeSignal changes, TimeProvider time, CancellationToken away,
        [EnumeratorCancellation] CancellationToken closing)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(away, closing);
        WaitingView view = new([], [], 0, "");
        while (!over.IsCancellationRequested)
        {
            Task next = changes.Next;
            try
            {
                view = numbers.Build();
            }
            catch (Exception e) when (e is DbException or StartException)
            {
                // What was shown last stays; the desk has the cause.
            }

            yield return view;
            await Task.WhenAny(next, Task.Delay(s_redraw, time, over.Token));
            // Ten arrivals in one instant are sent once.
            if (next.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(200), time, CancellationToken.None);
        }
    }
}
