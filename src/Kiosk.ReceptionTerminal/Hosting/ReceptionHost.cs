using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Arrivals;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Desk;
using Kiosk.ReceptionTerminal.Events;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;
using Kiosk.ReceptionTerminal.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.ReceptionTerminal.Hosting;

/// <summary>
/// A running reception: the link for kiosks and the page for staff. Tests start it here too, in their own process. Dispose to stop:
/// open streams end, the last transaction is committed.
/// </summary>
public sealed class ReceptionHost : IAsyncDisposable
{
    private static readonly TimeSpan _follow = TimeSpan.FromSeconds(5);

    private readonly WebApplication _link;
    private readonly WebApplication _desk;
    private readonly DeskSessions _sessions;
    private readonly ReceptionStore _store;
    private readonly KioskRegistry _kiosks;
    private readonly ITimer _purge;
    private readonly CancellationTokenSource _over = new();
    private Task _background = Task.CompletedTask;
    private WebApplication? _metrics;
    private WebApplication? _waiting;
    private ReceptionMeter? _meter;
    private ServerKey? _server;
    private DenyList? _denied;
    private ITimer? _disaster;
    private PasswordQueue? _passwords;
    private CentreAnswers? _answers;
    private ArrivalEvents? _events;

    private ReceptionHost(WebApplication link, WebApplication desk, DeskSessions sessions, ReceptionStore store, KioskRegistry kiosks,
        ITimer purge)
    {
        (_link, _desk, _sessions, _store, _kiosks, _purge) = (link, desk, sessions, store, kiosks, purge);
        LinkPort = new Uri(link.Urls.Single()).Port;
        DeskUrl = new(desk.Urls.Single());
        sessions.TokenUsed += () => SignInUsed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>A browser signed in; <see cref="SignInUrl"/> has changed.</summary>
    public event EventHandler? SignInUsed;

    /// <summary>The port for kiosks; the real one where 0 was configured.</summary>
    public int LinkPort { get; }

    /// <summary>The page's address without token.</summary>
    public Uri DeskUrl { get; }

    /// <summary>Base address of /metrics and /healthz; null when not configured.</summary>
    public Uri? MetricsUrl => _metrics is null ? null : new(_metrics.Urls.Single());

    /// <summary>The waiting display; null when not configured.</summary>
    public Uri? WaitingUrl => _waiting is null ? null : new(_waiting.Urls.Single());

    /// <summary>
    /// An address that signs in one browser, once; then there is a new one. Where staff have accounts: the page's address.
    /// </summary>
    public Uri SignInUrl() => _sessions.UsesAccounts ? DeskUrl : new(DeskUrl, "signin?token=" + _sessions.Token());

    /// <param name="time">Null: the system's clock.</param>
    /// <param name="log">Null: nothing is logged. Not disposed here.</param>
    /// <exception cref="StartException">One clear line: the file, port or setting at fault, and the remedy.</exception>
    public static Task<ReceptionHost> StartAsync(ReceptionOptions options, CancellationToken stop, TimeProvider? time = null,
        ILoggerProvider? log = null) =>
        StartAsync(options, new ReceptionParts(), stop, time, log);

    /// <inheritdoc cref="StartAsync(ReceptionOptions, CancellationToken, TimeProvider?, ILoggerProvider?)"/>
    internal static async Task<ReceptionHost> StartAsync(
        ReceptionOptions options, ReceptionParts outside, CancellationToken stop, TimeProvider? time = null, ILoggerProvider? log = null,
        LossCount? loss = null)
    {
#pragma warning disable CA2000 // Store and certificates live as long as the process or the test that starts this.
        TimeProvider clock = time ?? TimeProvider.System;
        LossCount lost = loss ?? new();
        SafeLogs logs = new(log ?? NullLoggerProvider.Instance, lost);
        ReceptionConfig.Checked(options, "options");
        byte[]? eventSecret = options.Arrivals is { } notices ? SecretOf(notices) : null;
        X509Certificate2Collection roots = ServerFiles.Roots(options.CaFile), jpki = ServerFiles.Jpki(options.JpkiCaFiles);
        CardTrust? cardFace = ServerFiles.CardFace(options.CardFaceCaFiles);
        StaffCodes codes = StaffCodes.Load(options.StaffCodeFile, clock);
        ServerKey server = new(options, clock, logs.CreateLogger("Link"));
        ChangeSignal changes = new();
        ReceptionTroubles troubles = new(changes);
        FollowLoss(lost, troubles, logs.CreateLogger("Log"));
        ReceptionStore store = new(Database.FromOptions(options), TimeSpan.FromMinutes(options.JoinMinutes), clock,
            FollowStore(troubles, logs.CreateLogger("Store")));
#pragma warning restore CA2000
        KioskRegistry kiosks = new(store, SitePolicies.FromOptions(options, outside.Institution is not null,
            comparesCardFace: cardFace is not null && outside.Centre is not null, hasCentre: outside.Centre is not null), changes, clock);
        Challenges challenges = new(store.SecretOf("challenge-key"), clock);
#pragma warning disable CA2000 // Lives as long as the host, which disposes it.
        DenyList denied = new(options.DeniedKeys, options.ConfigFile, clock, logs.CreateLogger("Link"));
#pragma warning restore CA2000
        RenewalLedger renewals = new(options.Renewal, clock);
        KioskTrust trust = new(roots, denied, renewals, (id, why) => kiosks.Get(id).Refused = (why, clock.GetUtcNow()), clock,
            logs.CreateLogger("Link"));
#pragma warning disable CA2000 // Lives as long as the host, which disposes it.
        ReceptionMeter meter = new(() => kiosks.All);
#pragma warning restore CA2000
        NameImages names = new(clock);
        CardHolders holders = new(clock);
        IEligibilityCentre centre = outside.Centre ?? new NoCentre();
        EvidenceCheck evidence = new(challenges, jpki, cardFace, outside.Institution is not null, logs.CreateLogger("Link"));
#pragma warning disable CA2000 // Lives as long as the host, which disposes it.
        CentreAnswers answers = new(centre, clock, logs.CreateLogger("Centre"));
#pragma warning restore CA2000
        ReceptionService service = new(
            store, kiosks, challenges, evidence, new(outside.Institution, challenges), codes, meter,
            new(answers, evidence, store, () => kiosks.Policy, clock, logs.CreateLogger("Link")), names, holders,
            new(options.Renewal, server, renewals, clock), trust, renewals, changes, clock, logs.CreateLogger("Link"));
        StaffAccounts accounts = StaffAccounts.Load(options.StaffFile, clock);
        DeskSessions sessions = new(accounts, options.Desk.StaffId, TimeSpan.FromMinutes(options.Desk.IdleMinutes), clock);
        DeskAudit audit = new(store, logs.CreateLogger("Desk"));
        sessions.Ended += (who, why) => _ = audit.EndedAsync(who, why);
#pragma warning disable CA2000 // Lives as long as the host, which disposes it.
        PasswordQueue passwords = new(clock);
#pragma warning restore CA2000
        SiteEnvironment environment = SiteEnvironment.FromSettings(options.Environment, centre.Label, outside.Centre is not null);
        await ClaimAsync(environment, store, options.Oqs);
        FaceResultWriter writer = new(store, options.Oqs is { } oqs ? new(oqs.Face, oqs.Institution) : null,
            options.Oqs?.Encoding ?? OqsOptions.ShiftJis, logs.CreateLogger("Oqs"));
        EligibilityQueries eligibility = new(store, centre, answers, writer, names, holders, changes, clock, logs.CreateLogger("Centre"));
        ArrivalAnswers said = new(kiosks, changes, clock);
        WaitingNumbers? numbers = options.Waiting is null ? null : new(store, said, environment.Name, changes, clock);
        EmergencyViewing emergency = new(store, troubles, clock, logs.CreateLogger("Desk"));
        WebApplication link = LinkHost.Build(options, server, roots, trust, service, logs);
        WebApplication desk = DeskHost.Build(new(
            options.Desk, sessions, new(store, kiosks, eligibility, names, said, numbers, troubles, environment.Name, clock), kiosks,
            store,
            eligibility, troubles, accounts, new(accounts, passwords), audit, new(store.SecretOf("patient-key"), clock),
            new(store, writer, eligibility), emergency, numbers, environment.Name,
            [.. options.Desk.Hosts, options.Desk.StaffId, options.Oqs?.Institution ?? ""], changes, clock, logs.CreateLogger("Desk")),
            server, logs);
        WebApplication? metrics = options.Metrics is { } m ? MetricsHost.Build(m, store, troubles, logs) : null;
        WebApplication? waiting = options.Waiting is { } w ? WaitingHost.Build(w, numbers!, server, changes, clock, logs) : null;
        try
        {
            await StartAsync(link, "port", options.Listen, options.Port, stop);
            await StartAsync(desk, "desk.port", options.Desk.Listen, options.Desk.Port, stop);
            if (metrics is not null) await StartAsync(metrics, "metrics.port", options.Metrics!.Listen, options.Metrics.Port, stop);
            if (waiting is not null) await StartAsync(waiting, "waiting.port", options.Waiting!.Listen, options.Waiting.Port, stop);
        }
        catch
        {
            await link.DisposeAsync();
            await desk.DisposeAsync();
            if (metrics is not null) await metrics.DisposeAsync();
            if (waiting is not null) await waiting.DisposeAsync();
            meter.Dispose();
            server.Dispose();
            denied.Dispose();
            passwords.Dispose();
            answers.Dispose();
            await store.DisposeAsync();
            throw;
        }

        // Once a day is enough: the retention limits are in days.
        ITimer purge = clock.CreateTimer(_ => _ = PurgeAsync(store, options.KeepDays, logs.CreateLogger("Reception")), null, TimeSpan.Zero,
            TimeSpan.FromDays(1));
        ITimer disaster = clock.CreateTimer(_ => FollowDisaster(kiosks, logs.CreateLogger("Desk")), null, _follow, _follow);
        ReceptionHost host = new(link, desk, sessions, store, kiosks, purge)
        {
            _metrics = metrics,
            _waiting = waiting,
            _meter = meter,
            _server = server,
            _denied = denied,
            _disaster = disaster,
            _passwords = passwords,
            _answers = answers,
        };
        if (options.Arrivals is { } arrivals)
            host._events = new(arrivals, eventSecret!, store, eligibility, environment.Name, said, troubles, changes, clock,
                logs.CreateLogger("Oqs"));
        Task requests = options.Oqs is { Requests: { } asked, Results: { } results } o && centre is not NoCentre
            ? new RequestFolder(asked, results, o.Institution, o.Encoding,
                    new(centre, new ConsentedRecords(store, eligibility), clock), troubles, clock, logs.CreateLogger("Centre"))
                .RunAsync(host._over.Token)
            : Task.CompletedTask;
        host._background = Task.WhenAll(eligibility.RunAsync(host._over.Token), emergency.RunAsync(host._over.Token),
            host._events?.RunAsync(host._over.Token) ?? Task.CompletedTask, requests);
        Log.Ready(logs.CreateLogger("Reception"), host.LinkPort, host.DeskUrl.Port);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _purge.DisposeAsync();
        if (_disaster is not null) await _disaster.DisposeAsync();
        await _over.CancelAsync();
        // Before the links end: no kiosk waits for the centre any more.
        _answers?.Dispose();
        await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
        Task stopping = Task.WhenAll(_link.StopAsync(), _desk.StopAsync(), _waiting?.StopAsync() ?? Task.CompletedTask);
        _kiosks.CloseStreams();
        await stopping;
        await _link.DisposeAsync();
        await _desk.DisposeAsync();
        if (_metrics is not null) await _metrics.DisposeAsync();
        if (_waiting is not null) await _waiting.DisposeAsync();
        _meter?.Dispose();
        _server?.Dispose();
        _denied?.Dispose();
        _passwords?.Dispose();
        _events?.Dispose();
        // Last: a check-in in progress is still committed and answered.
        await _store.DisposeAsync();
    }

    /// <exception cref="StartException">The shared key cannot be read, or is too short.</exception>
    private static byte[] SecretOf(ArrivalEventOptions options)
    {
        const int Shortest = 16;
        try
        {
            byte[] secret = File.ReadAllBytes(options.SecretFile);
            return secret.Length >= Shortest ? secret
                : throw new StartException(options.SecretFile, "must have at least 16 bytes; make it with: openssl rand -out FILE 32");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(options.SecretFile, "cannot be read; make it with: openssl rand -out FILE 32 (" + e.Message + ")", e);
        }
    }

    private static async Task ClaimAsync(SiteEnvironment environment, ReceptionStore store, OqsOptions? oqs)
    {
        try
        {
            foreach (string? folder in (string?[])[oqs?.Face, oqs?.Requests, oqs?.Results]) environment.Claim(folder);
            await environment.ClaimAsync(store);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static void FollowDisaster(KioskRegistry kiosks, ILogger log)
    {
        try
        {
            kiosks.FollowDisaster();
        }
        catch (Exception e) when (e is System.Data.Common.DbException or StartException or InvalidOperationException)
        {
            Log.DisasterUnknown(log, e.GetType().Name);
        }
    }

    /// <summary>The page shows that the log cannot be written. When it can again, the log says how much it lacks.</summary>
    private static void FollowLoss(LossCount loss, ReceptionTroubles troubles, ILogger log)
    {
        loss.Changed += Tell;
        if (loss.IsLosing) Tell(loss);

        void Tell(LossCount now)
        {
            troubles.Set("log", now.IsLosing
                ? $"ログを書けません（失われた行: {now.Lost}）。空き容量と、ログのフォルダーの書き込み権を確かめてください"
                : "");
            if (!now.IsLosing) Log.LinesLost(log, now.Lost);
        }
    }

    private static Action<StoreCause?> FollowStore(ReceptionTroubles troubles, ILogger log) => cause =>
    {
        troubles.Set("store", cause?.Words ?? "");
        if (cause is not null) Log.StoreTrouble(log, cause.Detail);
    };

    private static async Task PurgeAsync(ReceptionStore store, int days, ILogger log)
    {
        try
        {
            if (!await store.PurgeAsync(days))
                Log.NotPurged(log, "the clock is far after the last arrival; correct it, or check in at a kiosk");
        }
        catch (Exception e) when (e is System.Data.Common.DbException or StartException or System.Threading.Channels.ChannelClosedException)
        {
            Log.NotPurged(log, e.GetType().Name);
        }
    }

    private static async Task StartAsync(WebApplication app, string item, string listen, int port, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartException($"{item} {listen}:{port}",
                "cannot be opened; end the other program or choose another port (" + e.Message + ")", e);
        }
    }
}
