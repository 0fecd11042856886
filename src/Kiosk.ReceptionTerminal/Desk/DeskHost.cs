using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Kiosk.ReceptionTerminal.Link;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Everything the page needs.</summary>
internal sealed record DeskParts(DeskOptions Options, DeskSessions Sessions, DeskViews Views, CommandPost Post, Bell Bell, TimeProvider Time);

/// <summary>Kestrel for the receptionist's page: static files, one event stream, five posts.</summary>
internal static class DeskHost
{
    // Kiosks' visits end silently by time: the page is drawn again at least this often.
    private static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(15);

    public static WebApplication Build(DeskParts parts, X509Certificate2 server, ILoggerProvider logs)
    {
        DeskOptions options = parts.Options;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(logs);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = 4096;
            o.Listen(IPAddress.Parse(options.Listen), options.Port, endpoint =>
            {
                // Browsers speak HTTP/2 only over TLS.
                endpoint.Protocols = options.Https ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                if (options.Https) endpoint.UseHttps(server);
            });
        });
        builder.Services.AddRouting();
        builder.Services.AddHostFiltering(o =>
        {
            o.AllowedHosts = ["127.0.0.1", "localhost", .. options.Hosts];
            o.AllowEmptyHosts = false;
            o.IncludeFailureMessage = false;
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(3));
        WebApplication app = builder.Build();
        ILogger log = logs.CreateLogger("Desk");
        app.UseHostFiltering();
        DeskGuard.Use(app, parts.Sessions, log, c => PageFile.Send(c, "signin.html"));
        app.UseRouting();
        Map(app, parts, log);
        return app;
    }

    private static void Map(WebApplication app, DeskParts parts, ILogger log)
    {
        app.MapGet("/", c => PageFile.Send(c, "index.html"));
        foreach (string file in PageFile.Assets) app.MapGet("/" + file, c => PageFile.Send(c, file));
        app.MapGet("/signin", (HttpContext c, string? token) => SignIn(c, token, parts));
        CancellationToken closing = app.Lifetime.ApplicationStopping;
        app.MapGet("/feed", (HttpContext c) => TypedResults.ServerSentEvents(Feed(parts, c.RequestAborted, closing)));
        app.MapPost("/disaster/{on:bool}", async (bool on) =>
        {
            await parts.Post.SetDisasterAsync(on);
            Log.PageAction(log, on ? "disaster on" : "disaster off");
            return Results.NoContent();
        });
        app.MapPost("/kiosks/{id}/maintenance/{on:bool}", (string id, bool on) => AtKiosk(parts, id, async line =>
        {
            await parts.Post.SetMaintenanceAsync(line.Id, on);
            Log.PageAction(log, on ? "maintenance on" : "maintenance off");
            return true;
        }));
        app.MapPost("/kiosks/{id}/visual", (string id) => AtKiosk(parts, id, async line =>
        {
            bool granted = await parts.Post.GrantVisualAsync(line, parts.Options.StaffId);
            Log.PageAction(log, granted ? "visual granted" : "visual without visit");
            return granted;
        }));
        app.MapPost("/kiosks/{id}/call/done", (string id) => AtKiosk(parts, id, line =>
        {
            line.Call = null;
            parts.Bell.Ring();
            return Task.FromResult(true);
        }));
    }

    private static async Task<IResult> AtKiosk(DeskParts parts, string id, Func<KioskLine, Task<bool>> act) =>
        parts.Post.Known(id) is not { } line ? Results.NotFound() : await act(line) ? Results.NoContent() : Results.Conflict();

    private static async Task SignIn(HttpContext context, string? token, DeskParts parts)
    {
        if (parts.Sessions.SignIn(token ?? "") is not { } session)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await PageFile.Send(context, "signin.html");
            return;
        }

        context.Response.Cookies.Append(DeskGuard.Cookie, session, new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = parts.Options.Https,
            MaxAge = DeskSessions.Life,
            Path = "/",
        });
        // Takes the token out of the address bar; a used one is worthless anyway.
        context.Response.Redirect("/");
    }

    private static async IAsyncEnumerable<DeskView> Feed(DeskParts parts, CancellationToken gone, [EnumeratorCancellation] CancellationToken closing)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(gone, closing);
        while (!over.IsCancellationRequested)
        {
            Task next = parts.Bell.Next;
            yield return parts.Views.Now();
            Task pause = Task.Delay(s_redraw, parts.Time, over.Token);
            await Task.WhenAny(next, pause);
            // Ten arrivals in one instant are one drawing.
            if (next.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(50), parts.Time, CancellationToken.None);
        }
    }
}
