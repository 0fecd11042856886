using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pki;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>
/// Every kind of certificate that must be refused, those that must be accepted, and wrong clocks. Each side has its certificates in
/// files, as at a site.
/// </summary>
public sealed class TlsTests
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public static TheoryData<string, Failure?> Kiosks => new()
    {
        { "normal", null },
        { "foreign CA", Failure.LinkNotTrusted },
        { "expired", Failure.ClockWrong },
        { "not yet valid", Failure.ClockWrong },
        { "wrong purpose", Failure.LinkNotTrusted },
        { "denied key", Failure.LinkNotTrusted },
        { "no name", Failure.LinkNotTrusted },
    };

    public static TheoryData<string, bool, Failure?> Servers => new()
    {
        { "normal", true, null },
        { "next", true, null },
        { "foreign CA", false, Failure.LinkNotTrusted },
        { "foreign CA", true, Failure.LinkNotTrusted },
        { "expired", false, Failure.ClockWrong },
        { "expired", true, Failure.ClockWrong },
        { "not pinned", true, Failure.LinkNotTrusted },
        { "other name", false, Failure.LinkNotTrusted },
        { "wrong purpose", false, Failure.LinkNotTrusted },
    };

    public static TheoryData<double, Failure?> Clocks => new()
    {
        { -7.0 / 1440, null },
        { 7.0 / 1440, null },
        { 300, null },
        { -2, Failure.ClockWrong },
        { 500, Failure.ClockWrong },
        { -9800, Failure.ClockWrong },
    };

    [Theory]
    [MemberData(nameof(Kiosks))]
    public async Task A_kiosk_with(string certificate, Failure? expected)
    {
        using X509Certificate2 ca = FacilityPki.MakeCa(TimeProvider.System), foreign = FacilityPki.MakeCa(TimeProvider.System);
        using X509Certificate2 server = FacilityPki.MakeServer(ca, ["127.0.0.1"], TimeProvider.System);
        using X509Certificate2 kiosk = certificate switch
        {
            "foreign CA" => Kiosk(foreign),
            "expired" => Kiosk(ca, from: -0.5, days: 0.4),
            "not yet valid" => Kiosk(ca, from: 2),
            "wrong purpose" => Kiosk(ca, LinkTrust.ServerPurpose),
            "no name" => FacilityPki.MakeLeaf(ca, "CN=k1", new(), LinkTrust.ClientPurpose, _now, 9),
            _ => Kiosk(ca),
        };
        await using Facility facility = await FacilityAsync(ca, server, certificate == "denied key" ? [LinkTrust.Pin(kiosk)] : []);
        Assert.Equal(expected, await OutcomeAsync(facility, ca, kiosk, [], TimeProvider.System));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_with(string certificate, bool pinned, Failure? expected)
    {
        using X509Certificate2 ca = FacilityPki.MakeCa(TimeProvider.System), foreign = FacilityPki.MakeCa(TimeProvider.System);
        using X509Certificate2 kiosk = Kiosk(ca);
        using X509Certificate2 usual = FacilityPki.MakeServer(ca, ["127.0.0.1"], TimeProvider.System);
        using X509Certificate2 server = certificate switch
        {
            "foreign CA" => Server(foreign),
            "expired" => Server(ca, from: -0.5, days: 0.4),
            "other name" => Server(ca, name: "10.0.0.1"),
            "wrong purpose" => Server(ca, purpose: LinkTrust.ClientPurpose),
            "normal" => usual,
            _ => Server(ca),
        };
        await using Facility facility = await FacilityAsync(ca, usual, []);
        // The reception refuses to start with a client's certificate, so a bare TLS server plays the impostor.
        await using ImpostorServer impostor = new(server);
        string[] pins = !pinned ? [] : certificate == "not pinned" ? [LinkTrust.Pin(usual)] : [LinkTrust.Pin(usual), LinkTrust.Pin(server)];
        if (expected is null)
        {
            await facility.Host.DisposeAsync();
            await facility.StartAsync(0, o => With(o, facility.Dir, ca, server));
            Assert.Null(await OutcomeAsync(facility, ca, kiosk, pins, TimeProvider.System));
        }
        else
        {
            Assert.Equal(expected, await OutcomeAsync(facility, ca, kiosk, pins, TimeProvider.System, impostor.Port));
        }
    }

    [Fact]
    public void The_reception_refuses_a_servers_certificate_as_a_kiosks()
    {
        using X509Certificate2 ca = FacilityPki.MakeCa(TimeProvider.System), wrong = Kiosk(ca, LinkTrust.ServerPurpose), right = Kiosk(ca);
        ReceptionTerminal.Link.KioskTrust trust =
            new([ca], new([], null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance),
                new(null, TimeProvider.System), (_, _) => { }, TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.False(trust.Accept(wrong));
        Assert.True(trust.Accept(right));
    }

    [Fact]
    public async Task Tls_1_2_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        using System.Net.Sockets.TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, facility.Host.LinkPort);
#pragma warning disable CA5359, CA5398 // An attacker's client.
        await using SslStream ssl = new(tcp.GetStream(), false, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<Exception>(() => ssl.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", EnabledSslProtocols = SslProtocols.Tls12 }));
#pragma warning restore CA5359, CA5398
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public async Task A_kiosk_whose_clock_is_off_by_days(double days, Failure? expected)
    {
        // Valid from a day before to 400 days after now, so that +300 days is accepted and +500 is not.
        using X509Certificate2 ca = FacilityPki.MakeCa(TimeProvider.System);
        using X509Certificate2 server = Server(ca, from: -0.9, days: 400), kiosk = Kiosk(ca, from: -0.9, days: 400);
        await using Facility facility = await FacilityAsync(ca, server, []);
        FakeTimeProvider clock = new(_now.AddDays(days));
        Assert.Equal(expected, await OutcomeAsync(facility, ca, kiosk, [], clock));
    }

    private static X509Certificate2 Kiosk(X509Certificate2 ca, string purpose = LinkTrust.ClientPurpose, double from = -0.01,
        double days = 9) =>
        Leaf(ca, "CN=k1", FacilityPki.KioskName("k1"), purpose, from, days);

    private static X509Certificate2 Server(X509Certificate2 ca, string purpose = LinkTrust.ServerPurpose, double from = -0.01,
        double days = 9, string name = "127.0.0.1")
    {
        SubjectAlternativeNameBuilder san = new();
        san.AddIpAddress(IPAddress.Parse(name));
        return Leaf(ca, "CN=server", san, purpose, from, days);
    }

    private static X509Certificate2 Leaf(X509Certificate2 ca, string subject, SubjectAlternativeNameBuilder san, string purpose,
        double from, double days) =>
        FacilityPki.MakeLeaf(ca, subject, san, purpose, _now.AddDays(from), days);

    private static Task<Facility> FacilityAsync(X509Certificate2 ca, X509Certificate2 server, IReadOnlyList<string> denied) =>
        Facility.OpenAsync(change: o => With(o, Path.GetDirectoryName(o.Database)!, ca, server) with { DeniedKeys = denied });

    private static ReceptionOptions With(ReceptionOptions o, string dir, X509Certificate2 ca, X509Certificate2 server) => o with
    {
        CaFile = Save(dir, "tls-ca", ca).Certificate,
        CertificateFile = Save(dir, "tls-server", server).Certificate,
        KeyFile = Save(dir, "tls-server", server).Key,
    };

    private static (string Certificate, string Key) Save(string dir, string name, X509Certificate2 certificate)
    {
        (string pem, string key) = (Path.Combine(dir, name + ".pem"), Path.Combine(dir, name + ".key"));
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (pem, key);
    }

    /// <returns>Null: the kiosk got its challenge.</returns>
    private static async Task<Failure?> OutcomeAsync(
        Facility facility, X509Certificate2 ca, X509Certificate2 kiosk, IReadOnlyList<string> pins, TimeProvider clock, int? port = null)
    {
        (string pem, string key) = Save(facility.Dir, "tls-kiosk", kiosk);
        try
        {
            // A kiosk's certificate with a wrong purpose is refused already when its file is read.
            await using GrpcReceptionLink link = GrpcReceptionLink.Open(
                new(new($"https://127.0.0.1:{port ?? facility.Host.LinkPort}"), Save(facility.Dir, "tls-trusted", ca)
                .Certificate, pem, key, pins), clock);
            return (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length == 32 ? null : Failure.ProgramFault;
        }
        catch (FailureException e)
        {
            return e.Failure == Failure.CertificateFileBroken ? Failure.LinkNotTrusted : e.Failure;
        }
    }
}
