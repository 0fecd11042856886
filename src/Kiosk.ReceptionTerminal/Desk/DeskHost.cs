using System.Net;
using System.Runtime.CompilerServices;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Everything the page needs.</summary>
internal sealed record DeskParts(
    DeskOptions Options, DeskSessions Sessions, DeskViews Views, CommandPost Post, ReceptionStore Store, EligibilityDesk Eligibility, NameImages Names, Bell Bell, TimeProvider Time);

/// <param name="Code">Second factor; empty where there is none.</param>
internal sealed record SignInRequest(string? Id, string? Password, string? Code);

/// <summary>Kestrel for the receptionist's page: static files, one event stream, posts; look-ups in <see cref="DeskLookUps"/>.</summary>
internal static class DeskHost
{
    // Kiosks' visits end silently by time: the page is drawn again at least this often.
    private static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(15);

    public static WebApplication Build(DeskParts parts, ServerKey server, ILoggerProvider logs)
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
                if (options.Https) endpoint.UseHttps(https => https.ServerCertificateSelector = (_, _) => server.Now);
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
        DeskGuard.Use(app, parts.Sessions, log, c => PageFile.Send(c, parts.Sessions.ByAccount ? "login.html" : "signin.html"));
        app.UseRouting();
        Map(app, parts, log);
        return app;
    }

    private static void Map(WebApplication app, DeskParts parts, ILogger log)
    {
        app.MapGet("/", c => PageFile.Send(c, "index.html"));
        foreach (string file in PageFile.Assets) app.MapGet("/" + file, c => PageFile.Send(c, file));
        app.MapGet("/signin", (HttpContext c, string? token) => SignIn(c, token, parts));
        app.MapPost("/signin/account", (HttpContext c, SignInRequest? asked) => SignInByName(c, asked, parts, log));
        app.MapPost("/signout", (HttpContext c) =>
        {
            parts.Sessions.SignOut(c.Request.Cookies[DeskGuard.Cookie]);
            return Results.NoContent();
        });
        app.MapGet("/me", (HttpContext c) => Results.Json(new { DeskGuard.Who(c).Id, Admin = DeskGuard.Who(c).Role == Role.Admin }, DeskJson.Options));
        DeskLookUps.Map(app, parts);
        DeskPolicy.Map(app, parts, log);
        CancellationToken closing = app.Lifetime.ApplicationStopping;
        app.MapGet("/feed", (HttpContext c) => TypedResults.ServerSentEvents(Feed(parts, c.RequestAborted, closing)));
        app.MapPost("/disaster/{on:bool}", async (HttpContext c, bool on) =>
        {
            await parts.Post.SetDisasterAsync(on);
            await parts.Store.LogAccessAsync(DeskGuard.Who(c).Id, on ? "disaster on" : "disaster off", "");
            Log.PageAction(log, on ? "disaster on" : "disaster off");
            return Results.NoContent();
        });
        app.MapPost("/kiosks/{id}/maintenance/{on:bool}", (string id, bool on) => AtKiosk(parts, id, async line =>
        {
            await parts.Post.SetMaintenanceAsync(line.Id, on);
            Log.PageAction(log, on ? "maintenance on" : "maintenance off");
            return true;
        }));
        app.MapPost("/kiosks/{id}/visual", (HttpContext c, string id) => AtKiosk(parts, id, async line =>
        {
            bool granted = await parts.Post.GrantVisualAsync(line, DeskGuard.Who(c).Id);
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

        LetIn(context, session, parts);
        // Takes the token out of the address bar; a used one is worthless anyway.
        context.Response.Redirect("/");
    }

    private static IResult SignInByName(HttpContext context, SignInRequest? asked, DeskParts parts, ILogger log)
    {
        string? session = asked is { Id: not null, Password: not null } ? parts.Sessions.SignIn(asked.Id, asked.Password, asked.Code ?? "") : null;
        Log.PageAction(log, session is null ? "sign-in refused" : "signed in");
        if (session is null) return Results.StatusCode(StatusCodes.Status403Forbidden);
        LetIn(context, session, parts);
        return Results.NoContent();
    }

    private static void LetIn(HttpContext context, string session, DeskParts parts) => context.Response.Cookies.Append(DeskGuard.Cookie, session, new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = parts.Options.Https,
        MaxAge = DeskSessions.Life,
        Path = "/",
    });

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
