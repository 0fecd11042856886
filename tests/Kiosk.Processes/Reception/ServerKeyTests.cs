using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>The automatic change of the server's key, and what a stolen kiosk cannot get.</summary>
public sealed class ServerKeyTests
{
    [Fact]
    public async Task After_two_thirds_of_its_life_the_key_is_changed_automatically()
    {
        await using Facility facility = await Facility.OpenAsync();
        ReceptionOptions options = facility.Options() with { Renewal = facility.Dir };
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow().AddDays(59));
        using ServerKey server = new(options, clock, NullLogger.Instance);
        string next = new PkiFolder(facility.Dir).NextPin();
        server.Check();
        Assert.Equal(facility.Pki.ServerPin, LinkTrust.Pin(server.Current));

        clock.Advance(TimeSpan.FromDays(2));
        server.Check();

        Assert.Equal(next, LinkTrust.Pin(server.Current));
        Assert.True(server.Current.NotAfter > clock.GetUtcNow().AddDays(89));
        Assert.True(server.Current.MatchesHostname("localhost"));
        server.Check();
        Assert.Equal(next, LinkTrust.Pin(server.Current));
    }

    [Fact]
    public async Task It_waits_for_a_kiosk_that_does_not_know_the_next_key_until_seven_days_before_the_end()
    {
        await using Facility facility = await Facility.OpenAsync();
        PkiFolder pki = new(facility.Dir);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow().AddDays(61));
        // Paired with the key before this one, valid to the end and beyond.
        new KioskCertificateIssuer(pki, "https://x:1", clock)
            .Issue("away", new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest()).Certificate.Dispose();
        using ServerKey server = new(facility.Options() with { Renewal = facility.Dir }, clock, NullLogger.Instance);
        server.Check();
        Assert.Equal(facility.Pki.ServerPin, LinkTrust.Pin(server.Current));

        clock.Advance(TimeSpan.FromDays(24));
        server.Check();

        Assert.NotEqual(facility.Pki.ServerPin, LinkTrust.Pin(server.Current));
    }

    [Fact]
    public async Task Without_the_CAs_key_the_old_key_stays_in_use()
    {
        await using Facility facility = await Facility.OpenAsync();
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow().AddDays(61));
        using ServerKey server = new(facility.Options() with { Renewal = facility.Dir }, clock, NullLogger.Instance);
        File.Move(Path.Combine(facility.Dir, "ca.key"), Path.Combine(facility.Dir, "away"));
        server.Check();
        Assert.Equal(facility.Pki.ServerPin, LinkTrust.Pin(server.Current));
    }

    [Fact]
    public async Task A_reception_starts_after_a_power_cut_during_a_change()
    {
        await using Facility facility = await Facility.OpenAsync();
        PkiFolder pki = new(facility.Dir);
        string next = pki.NextPin();
        byte[] old = await File.ReadAllBytesAsync(pki.Certificate("server"));
        pki.Rotate(TimeProvider.System);
        File.Move(pki.Certificate("server"), pki.Certificate("server") + ".new");
        await File.WriteAllBytesAsync(pki.Certificate("server"), old);

        await using ReceptionHost host = await ReceptionHost.StartAsync(
            facility.Options() with { Renewal = facility.Dir, Database = Path.Combine(facility.Dir, "second.db") }, CancellationToken.None);

        await using GrpcReceptionLink link = GrpcReceptionLink.Open(facility.LinkOptions(port: host.LinkPort) with { Pins = [next] },
            TimeProvider.System);
        Assert.Equal(32, (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    [Fact]
    public async Task A_young_certificate_is_not_renewed_and_neither_is_one_for_the_same_key()
    {
        await using Facility facility = await Facility.OpenAsync();
        using ServerKey server = new(facility.Options(), TimeProvider.System, NullLogger.Instance);
        ReceptionLinkOptions files = facility.LinkOptions();
        using X509Certificate2 present = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        using ECDsa same = present.GetECDsaPrivateKey()!, other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        CertificateRenewal renewal = new(facility.Dir, server, new(facility.Dir, clock), clock);

        Assert.Equal(2, renewal.Answer("k1", present, [], [], "https://x:1").Pins.Count);
        Assert.Contains("half", Refused(StatusCode.FailedPrecondition, Csr(other)), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromDays(61));
        Assert.Contains("new key", Refused(StatusCode.InvalidArgument, Csr(same)), StringComparison.Ordinal);
        Assert.False(renewal.Answer("k1", present, Csr(other), [], "https://x:1").Content.IsEmpty);

        string Refused(StatusCode code, byte[] csr)
        {
            RpcException e = Assert.Throws<RpcException>(() => renewal.Answer("k1", present, csr, [], "https://x:1"));
            Assert.Equal(code, e.StatusCode);
            return e.Status.Detail;
        }

        static byte[] Csr(ECDsa key) => new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    [Fact]
    public async Task A_stolen_kiosk_is_refused_by_its_id_also_with_another_key()
    {
        await using Facility facility = await Facility.OpenAsync(change: o => o with { DeniedKeys = ["k3"] });
        // Only one call at a time: a second one would take the verdict of the first.
        FailureException e = await Assert.ThrowsAsync<FailureException>(
            () => facility.Link("k3", watches: false).OpenVisitAsync(Guid.NewGuid(), default));
        Assert.Equal(Failure.LinkNotTrusted, e.Failure);
        Assert.Equal(32, (await facility.Link("k4").OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }
}
