using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.Simulators.Reception;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>The attacker has a copy of a kiosk's key and certificate, or the kiosk itself.</summary>
public sealed class StolenKeyTests
{
    [Fact]
    public async Task A_check_in_beside_the_kiosks_own_connection_is_not_stored()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink kiosk = facility.Link(), thief = facility.Link(watches: false);
        await kiosk.SubmitAsync(await facility.VisitAsync(kiosk, card), default);

        FailureException refused = await Assert.ThrowsAsync<FailureException>(
            async () => await thief.SubmitAsync(await facility.VisitAsync(thief, card), default));

        // Repeatable: an old kiosk whose stream is not up yet repeats it.
        Assert.Equal(Failure.ReceptionUnreachable, refused.Failure);
        Assert.Equal(1, HandOverTests.Rows(facility));
    }

    [Fact]
    public async Task A_thief_who_opens_the_stream_is_told_to_staff_at_once()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using LinkEventLog kiosk = new(facility.Link());
        await kiosk.NextAsync<ReceptionEvent.LinkUp>();
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"contested\":false", await desk.LookAsync(), StringComparison.Ordinal);

        facility.Link();

        await desk.UntilAsync("\"contested\":true");
    }

    [Fact]
    public async Task A_thief_who_only_calls_is_told_to_staff_with_the_kiosks_next_call()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        GrpcReceptionLink kiosk = facility.Link(), thief = facility.Link(watches: false);
        await kiosk.OpenVisitAsync(Guid.NewGuid(), default);
        await thief.OpenVisitAsync(Guid.NewGuid(), default);
        clock.Advance(TimeSpan.FromSeconds(11));
        await kiosk.OpenVisitAsync(Guid.NewGuid(), default);

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"contested\":true", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cable_that_was_pulled_is_not_taken_for_a_thief()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        GrpcReceptionLink link = facility.Link(port: cable.Port);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        cable.Unplug();
        await events.NextAsync<ReceptionEvent.LinkDown>();
        cable.Plug();
        await events.NextAsync<ReceptionEvent.LinkUp>();
        await link.OpenVisitAsync(Guid.NewGuid(), default);

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"contested\":false", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_ended_is_refused_on_the_connection_that_is_still_open()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        GrpcReceptionLink link = facility.Link(time: TimeProvider.System);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();

        clock.Advance(TimeSpan.FromDays(91));

        FailureException refused = await Assert.ThrowsAsync<FailureException>(() => link.OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        // The stream ends as well.
        await events.NextAsync<ReceptionEvent.LinkDown>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stolen_kiosk_is_shut_out_while_the_reception_runs(bool byId)
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        string file = "";
        await using Facility facility = await Facility.OpenAsync(clock, o =>
        {
            file = Path.Combine(Path.GetDirectoryName(o.Database)!, "reception.json");
            WriteConfig(file, o, []);
            return o with { ConfigFile = file };
        });
        GrpcReceptionLink link = facility.Link(time: TimeProvider.System), other = facility.Link("k2", time: TimeProvider.System);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(facility.Pki.KioskCertificate);

        // A file that is broken for a moment changes nothing.
        await File.WriteAllTextAsync(file, "{");
        clock.Advance(TimeSpan.FromSeconds(5));
        await link.OpenVisitAsync(Guid.NewGuid(), default);
        WriteConfig(file, facility.Options(), [byId ? "k1" : LinkTrust.Pin(own)]);
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Failure.ReceptionRefused,
            (await Assert.ThrowsAsync<FailureException>(() => link.OpenVisitAsync(Guid.NewGuid(), default))).Failure);
        clock.Advance(TimeSpan.FromSeconds(5));
        await events.NextAsync<ReceptionEvent.LinkDown>();
        Assert.Equal(32, (await other.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    [Fact]
    public void Twenty_renewals_of_one_key_leave_one_that_counts_and_each_certificate_is_noted()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-renewals-").FullName;
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        PkiFiles files = FacilityPki.Write(dir, ["127.0.0.1"], "k1", clock);
        using ServerKey server = new(new()
        {
            Database = "x",
            CaFile = files.Ca,
            CertificateFile = files.ServerCertificate,
            KeyFile = files.ServerKey,
        }, clock, NullLogger.Instance);
        RenewalLedger ledger = new(dir, clock);
        CertificateRenewal renewal = new(dir, server, ledger, clock);
        using X509Certificate2 present = X509CertificateLoader.LoadCertificateFromFile(files.KioskCertificate);
        clock.Advance(TimeSpan.FromDays(61));

        List<string> issued = [];
        byte[] first = [], last = [];
        for (int i = 0; i < 20; i++)
        {
            byte[] csr = Request();
            try
            {
                issued.Add(PinOf(renewal.Answer("k1", present, csr, [], "https://x:1")));
                last = csr;
                if (issued.Count == 1) first = csr;
            }
            catch (RpcException e)
            {
                Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
            }
        }

        Assert.InRange(issued.Count, 1, 10);
        Assert.Equal(issued.Count, Directory.GetFiles(Path.Combine(dir, "issued")).Length);
        // As after a restart.
        ledger = new(dir, clock);
        renewal = new(dir, server, ledger, clock);
        Assert.All(issued.SkipLast(1), pin => Assert.Equal(RenewalLedger.Superseded, ledger.WhyRefused(pin)));
        Assert.Null(ledger.WhyRefused(issued[^1]));
        // The kiosk asks again for the same key, because the answer was lost: the same certificate, no new one.
        Assert.Equal(issued[^1], PinOf(renewal.Answer("k1", present, last, [], "https://x:1")));
        Assert.Equal(issued.Count, Directory.GetFiles(Path.Combine(dir, "issued")).Length);

        // An older request sent again brings its key back to life neither.
        Assert.Equal(StatusCode.InvalidArgument,
            Assert.Throws<RpcException>(() => renewal.Answer("k1", present, first, [], "https://x:1")).StatusCode);

        // Once the new key has called, the old one gets nothing more, and soon it is not accepted either.
        ledger.Called(issued[^1]);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(StatusCode.FailedPrecondition,
            Assert.Throws<RpcException>(() => renewal.Answer("k1", present, Request(), [], "https://x:1")).StatusCode);
        Assert.Equal(RenewalLedger.Replaced, ledger.WhyRefused(LinkTrust.Pin(present)));
        Directory.Delete(dir, recursive: true);
    }

    private static byte[] Request()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    private static string PinOf(RenewReply reply)
    {
        Provisioning content = JsonSerializer.Deserialize<Provisioning>(reply.Content.Span, SignedProvisioning.Json)!;
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(content.Certificate);
        return LinkTrust.Pin(certificate);
    }

    private static void WriteConfig(string file, ReceptionTerminal.Configuration.ReceptionOptions o, string[] denied) =>
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            database = o.Database,
            caFile = o.CaFile,
            certificateFile = o.CertificateFile,
            keyFile = o.KeyFile,
            deniedKeys = denied,
        }));
}
