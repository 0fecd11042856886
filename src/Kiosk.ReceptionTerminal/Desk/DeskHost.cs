using System.Data.Common;
using System.Net;
using System.Runtime.CompilerServices;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Arrivals;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Everything the page needs.</summary>
internal sealed record DeskServices(
    DeskOptions Options, DeskSessions Sessions, DeskViewBuilder Views, KioskRegistry Kiosks, ReceptionStore Store,
    EligibilityQueries Eligibility, ReceptionTroubles Troubles,
    ChangeSignal Changes, TimeProvider Time);

/// <param name="Code">Second factor; empty where there is none.</param>
internal sealed record SignInRequest(string? Id, string? Password, string? Code);

/// <summary>
/// The web server of the page for staff: its files, one stream of server-sent events, and the buttons. Look-ups are in
/// <see cref="StaffLookUps"/>, settings in <see cref="SettingsSheet"/>.
/// </summary>
internal static class DeskHost
{
    // A visit at a kiosk can end by time alone, without a change signal: the page is sent again at least this often.
    private static readonly TimeSpan _redraw = TimeSpan.FromSeconds(15);

    public static WebApplication Build(DeskServices parts, ServerKey server, ILoggerProvider logs)
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
                if (options.Https) endpoint.UseHttps(https => https.ServerCertificateSelector = (_, _) => server.Current);
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
        DeskGuard.Use(app, parts.Sessions, log, c => PageFile.Send(c, parts.Sessions.UsesAccounts ? "login.html" : "signin.html"));
        app.UseRouting();
        Map(app, parts, log);
        return app;
    }

    private static void Map(WebApplication app, DeskServices parts, ILogger log)
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
        app.MapGet("/me", (HttpContext c) =>
            Results.Json(new { DeskGuard.SignedIn(c).Id, Admin = DeskGuard.SignedIn(c).Role == Role.Admin }, PageJson.Options));
        StaffLookUps.Map(app, parts);
        SettingsSheet.Map(app, parts, log);
        CancellationToken closing = app.Lifetime.ApplicationStopping;
        app.MapGet("/feed", (HttpContext c) => TypedResults.ServerSentEvents(Feed(parts, c.RequestAborted, closing)));
        app.MapPost("/disaster/{on:bool}", async (HttpContext c, bool on) =>
        {
            await parts.Kiosks.SetDisasterAsync(on);
            await parts.Store.LogAccessAsync(DeskGuard.SignedIn(c).Id, on ? "disaster on" : "disaster off", "");
            Log.PageAction(log, on ? "disaster on" : "disaster off");
            return Results.NoContent();
        });
        app.MapPost("/kiosks/{id}/maintenance/{on:bool}", (HttpContext c, string id, bool on) => AtKiosk(parts, id, async kiosk =>
        {
            await parts.Kiosks.SetMaintenanceAsync(kiosk.Id, on, DeskGuard.SignedIn(c).Id);
            Log.PageAction(log, on ? "maintenance on" : "maintenance off");
            return true;
        }));
        app.MapPost("/kiosks/{id}/visual/{visit:guid}", (HttpContext c, string id, Guid visit) => AtKiosk(parts, id, async kiosk =>
        {
            bool granted = await parts.Kiosks.GrantVisualAsync(kiosk, visit, DeskGuard.SignedIn(c).Id);
            Log.PageAction(log, granted ? "visual granted" : "visual without visit");
            return granted;
        }));
        app.MapPost("/kiosks/{id}/call/done", (string id) => AtKiosk(parts, id, kiosk =>
        {
            kiosk.Call = null;
            parts.Changes.Notify();
            return Task.FromResult(true);
        }));
    }

    private static async Task<IResult> AtKiosk(DeskServices parts, string id, Func<KioskState, Task<bool>> act) =>
        parts.Kiosks.Find(id) is not { } kiosk ? Results.NotFound() : await act(kiosk) ? Results.NoContent() : Results.Conflict();

    private static async Task SignIn(HttpContext context, string? token, DeskServices parts)
    {
        if (parts.Sessions.SignIn(token ?? "") is not { } session)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await PageFile.Send(context, "signin.html");
            return;
        }

        SetCookie(context, session, parts);
        // Takes the token out of the address bar. It is used by now and signs nobody in any more.
        context.Response.Redirect("/");
    }

    private static IResult SignInByName(HttpContext context, SignInRequest? asked, DeskServices parts, ILogger log)
    {
        string? session = asked is { Id: not null, Password: not null }
            ? parts.Sessions.SignIn(asked.Id, asked.Password, asked.Code ?? "") : null;
        Log.PageAction(log, session is null ? "sign-in refused" : "signed in");
        if (session is null) return Results.StatusCode(StatusCodes.Status403Forbidden);
        SetCookie(context, session, parts);
        return Results.NoContent();
    }

    private static void SetCookie(HttpContext context, string session, DeskServices parts) =>
        context.Response.Cookies.Append(DeskGuard.Cookie, session, new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = parts.Options.Https,
            MaxAge = DeskSessions.Lifetime,
            Path = "/",
        });

    /// <summary>While the database cannot be read, staff keep what they saw last, with the cause above it.</summary>
    private static DeskView ViewNow(DeskServices parts, DeskView before)
    {
        try
        {
            return parts.Views.Build();
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            return before with { Troubles = [.. parts.Troubles.Now.Append(parts.Store.CauseOf(e)?.Words ?? StoreCause.Unread).Distinct()] };
        }
    }

    private static async IAsyncEnumerable<DeskView> Feed(DeskServices parts, CancellationToken left,
        [EnumeratorCancellation] CancellationToken closing)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(left, closing);
        DeskView view = new(false, parts.Eligibility.Centre.Label, [], [], []);
        while (!over.IsCancellationRequested)
        {
            Task next = parts.Changes.Next;
            view = ViewNow(parts, view);
            yield return view;
            Task pause = Task.Delay(_redraw, parts.Time, over.Token);
            await Task.WhenAny(next, pause);
            // Ten arrivals in one instant are sent once.
            if (next.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(50), parts.Time, CancellationToken.None);
        }
    }
}
