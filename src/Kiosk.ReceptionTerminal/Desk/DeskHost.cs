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
using Kiosk.ReceptionTerminal.Waiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Everything the page needs.</summary>
/// <param name="Waiting">Null: there is no waiting display.</param>
/// <param name="Environment">trial, production, or empty.</param>
/// <param name="SiteWords">Names of this site, which may not be passwords.</param>
internal sealed record DeskServices(
    DeskOptions Options, DeskSessions Sessions, DeskViewBuilder Views, KioskRegistry Kiosks, ReceptionStore Store,
    EligibilityQueries Eligibility, ReceptionTroubles Troubles, StaffAccounts Accounts, StaffProof Proof, DeskAudit Audit,
    PatientDigest Patients,
    HandArrivals Hand, EmergencyViewing Emergency, WaitingNumbers? Waiting, string Environment, IReadOnlyList<string> SiteWords,
    ChangeSignal Changes, TimeProvider Time, ILogger Log);

/// <summary>
/// The web server of the page for staff: its files, one stream of server-sent events, and the buttons. Look-ups are in
/// <see cref="StaffLookUps"/>, settings in <see cref="SettingsSheet"/>, sign-in and passwords in <see cref="SignInPages"/>, disaster mode
/// in <see cref="DisasterMode"/>.
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
        app.UseHostFiltering();
        DeskGuard.Use(app, parts.Sessions, options.Https, parts.Audit, parts.Log,
            c => PageFile.Send(c, parts.Sessions.UsesAccounts ? "login.html" : "signin.html"));
        app.UseRouting();
        Map(app, parts, parts.Log);
        return app;
    }

    private static void Map(WebApplication app, DeskServices parts, ILogger log)
    {
        app.MapGet("/", c => PageFile.Send(c, "index.html"));
        foreach (string file in PageFile.Assets) app.MapGet("/" + file, c => PageFile.Send(c, file));
        SignInPages.Map(app, parts);
        StaffPages.Map(app, parts);
        app.MapGet("/environment", () => Results.Json(new { parts.Environment }, PageJson.Options));
        StaffLookUps.Map(app, parts);
        QualificationSheets.Map(app, parts);
        HandEntry.Map(app, parts);
        EmergencyViewing.Map(app, parts);
        DisasterMode.Map(app, parts);
        SettingsSheet.Map(app, parts, log);
        CancellationToken closing = app.Lifetime.ApplicationStopping;
        app.MapGet("/feed", (HttpContext c) =>
            TypedResults.ServerSentEvents(Feed(parts, DeskGuard.SignedIn(c), c.RequestAborted, closing)));
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
        // The row stays red and sounds until a person with a name looks after it.
        app.MapPost("/arrivals/{no:long}/take", async (HttpContext c, long no) =>
        {
            string staff = DeskGuard.SignedIn(c).Id;
            if (!await parts.Store.TakeAsync(no, staff)) return Results.NotFound();
            await parts.Store.LogAccessAsync(staff, "taken", no.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Log.PageAction(log, "arrival taken");
            parts.Changes.Notify();
            return Results.NoContent();
        });
        // On the waiting display, by number.
        app.MapPost("/arrivals/{no:long}/call", async (HttpContext c, long no) =>
        {
            if (parts.Waiting is null || await parts.Waiting.CallAsync(no) is null) return Results.NotFound();
            Log.PageAction(log, "number called");
            return Results.NoContent();
        });
        app.MapPost("/kiosks/{id}/call/done", (string id) => AtKiosk(parts, id, kiosk =>
        {
            kiosk.Call = null;
            parts.Changes.Notify();
            return Task.FromResult(true);
        }));
    }

    private static async Task<IResult> AtKiosk(DeskServices parts, string id, Func<KioskState, Task<bool>> act) =>
        parts.Kiosks.Find(id) is not { } kiosk ? Results.NotFound() : await act(kiosk) ? Results.NoContent() : Results.Conflict();

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

    private static async IAsyncEnumerable<DeskView> Feed(DeskServices parts, SignedInStaff who, CancellationToken away,
        [EnumeratorCancellation] CancellationToken closing)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(away, closing, who.Over.Token);
        DeskView view = new(null, parts.Eligibility.Centre.Label, [], [], [], parts.Environment);
        while (!over.IsCancellationRequested)
        {
            Task next = parts.Changes.Next;
            // Before each view: a session that has ended sees nothing more.
            if (parts.Sessions.Find(who.Session, used: false) is null) yield break;
            view = ViewNow(parts, view);
            yield return view;
            TimeSpan left = parts.Sessions.Left(who);
            Task pause = Task.Delay(left < _redraw ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : _redraw, parts.Time, over.Token);
            await Task.WhenAny(next, pause);
            // Ten arrivals in one instant are sent once.
            if (next.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(50), parts.Time, CancellationToken.None);
        }
    }
}
