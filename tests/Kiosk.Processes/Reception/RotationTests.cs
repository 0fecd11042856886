using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>New keys at both ends while people check in: no check-in fails, and no kiosk is paired again.</summary>
public sealed class RotationTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_servers_key_changes_twice_and_no_check_in_fails()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, o => o with { Renewal = Path.GetDirectoryName(o.CaFile) });
        PkiFolder pki = new(facility.Dir);
        string first = facility.Pki.ServerPin, second = pki.NextPin();
        // As paired: the present key and the next.
        ReceptionLinkOptions options = facility.LinkOptions() with { Pins = [first, second] };
        await using GrpcReceptionLink kiosk = GrpcReceptionLink.Open(options, TimeProvider.System), crowd = facility.Link("k2");
        await crowd.OpenVisitAsync(Guid.NewGuid(), default);
        using CancellationTokenSource over = new();
        Task<int> checkIns = CheckInAsync(facility, crowd, over.Token);

        Assert.Equal(second, pki.Rotate(TimeProvider.System));
        await ServedAsync(facility, clock, second);
        // A connection opened now meets the new key, which it knows as the next one.
        await using (GrpcReceptionLink again = GrpcReceptionLink.Open(options, TimeProvider.System))
            await again.OpenVisitAsync(Guid.NewGuid(), default);
        // The kiosk learns the key after the next over the link it has.
        Assert.False(await kiosk.RenewAsync(default));
        string third = pki.NextPin();
        Assert.Equal([second, third], await File.ReadAllLinesAsync(Path.ChangeExtension(options.CertificateFile, ".pins")));
        Assert.Equal(third, pki.Rotate(TimeProvider.System));
        await ServedAsync(facility, clock, third);
        // The pins in the configuration are two keys old; the learnt ones are used instead.
        await using (GrpcReceptionLink after = GrpcReceptionLink.Open(options, TimeProvider.System))
            await after.OpenVisitAsync(Guid.NewGuid(), default);
        await kiosk.OpenVisitAsync(Guid.NewGuid(), default);
        // A kiosk that learnt nothing refuses a key it does not know.
        FailureException refused = await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await using GrpcReceptionLink stranger = GrpcReceptionLink.Open(facility.LinkOptions("k3") with { Pins = [first, second] },
                TimeProvider.System);
            await stranger.OpenVisitAsync(Guid.NewGuid(), default);
        });
        Assert.Equal(Failure.LinkNotTrusted, refused.Failure);

        await over.CancelAsync();
        Assert.InRange(await checkIns, 1, int.MaxValue);
    }

    [Fact]
    public async Task A_certificate_in_its_last_third_is_renewed_over_the_link_and_no_check_in_fails()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, o => o with { Renewal = Path.GetDirectoryName(o.CaFile) });
        ReceptionLinkOptions options = facility.LinkOptions();
        string key = await File.ReadAllTextAsync(options.KeyFile!);
        await using (GrpcReceptionLink early = GrpcReceptionLink.Open(options, clock)) Assert.False(await early.RenewAsync(default));
        Assert.Equal(key, await File.ReadAllTextAsync(options.KeyFile!));

        // Before this link opens, because its 3 s for the answer to Hello run on this clock. RenewAsync learns pins and moves the stream
        // to a new connection; a jump of the clock while that connection waits for its answer would be reported as LinkDown.
        clock.Advance(TimeSpan.FromDays(61));
        await using GrpcReceptionLink kiosk = GrpcReceptionLink.Open(options, clock);
        await using LinkEventLog news = new(kiosk);
        await news.NextAsync<ReceptionEvent.LinkUp>();
        using CancellationTokenSource over = new();
        Task<int> checkIns = CheckInAsync(facility, kiosk, over.Token);
        Assert.True(await kiosk.RenewAsync(default));

        // The stream moves to the new connection without a LinkDown.
        ReceptionEvent next;
        do
        {
            next = await news.NextAsync();
            Assert.IsNotType<ReceptionEvent.LinkDown>(next);
        }
        while (next is not ReceptionEvent.LinkUp);
        Assert.NotEqual(key, await File.ReadAllTextAsync(options.KeyFile!));
        using X509Certificate2 renewed = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        Assert.InRange((renewed.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime).TotalDays, 89, 91);
        Assert.False(await kiosk.RenewAsync(default));
        await over.CancelAsync();
        Assert.InRange(await checkIns, 1, int.MaxValue);
        // As after a restart, when only the new one is valid for long.
        clock.Advance(TimeSpan.FromDays(20));
        await using GrpcReceptionLink later = GrpcReceptionLink.Open(options, clock);
        Assert.Equal(32, (await later.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    [Fact]
    public async Task A_renewal_interrupted_between_certificate_and_key_is_completed_at_the_next_start()
    {
        await using Facility facility = await Facility.OpenAsync();
        ReceptionLinkOptions options = facility.LinkOptions();
        using X509Certificate2 ca = X509Certificate2.CreateFromPemFile(facility.Pki.Ca, Path.ChangeExtension(facility.Pki.Ca, ".key"));
        using X509Certificate2 next = FacilityPki.MakeKiosk(ca, "k1", TimeProvider.System);
        await File.WriteAllTextAsync(options.KeyFile + ".new", next.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(options.KeyFile + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(options.CertificateFile, next.ExportCertificatePem());

        await using GrpcReceptionLink kiosk = GrpcReceptionLink.Open(options, TimeProvider.System);

        Assert.Equal(32, (await kiosk.OpenVisitAsync(Guid.NewGuid(), default)).Length);
        Assert.False(File.Exists(options.KeyFile + ".new"));
    }

    [Fact]
    public async Task A_reception_without_the_CA_refuses_a_renewal_and_the_old_certificate_stays()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        ReceptionLinkOptions options = facility.LinkOptions();
        await using GrpcReceptionLink kiosk = GrpcReceptionLink.Open(options, clock);
        Assert.False(await kiosk.RenewAsync(default));
        clock.Advance(TimeSpan.FromDays(75));

        FailureException refused = await Assert.ThrowsAsync<FailureException>(() => kiosk.RenewAsync(default));

        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
        Assert.Equal(32, (await kiosk.OpenVisitAsync(Guid.NewGuid(), default)).Length);
        // Staff see it on the page.
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Contains("\"certificateDays\":14", await desk.LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_rotation_is_completed_by_the_next_one_and_no_key_is_skipped()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-rotate-").FullName;
        PkiFolder pki = FacilityPki.WriteReception(dir, ["127.0.0.1"], TimeProvider.System).Folder;
        string next = pki.NextPin(), old = File.ReadAllText(pki.Certificate("server"));
        pki.Rotate(TimeProvider.System);
        // The files as they are between the two renames.
        File.Move(pki.Certificate("server"), pki.Certificate("server") + ".new");
        File.WriteAllText(pki.Certificate("server"), old);

        Assert.Equal(next, pki.Rotate(TimeProvider.System));

        Directory.Delete(dir, recursive: true);
    }

    [Fact]
    public async Task A_rotation_is_refused_while_a_kiosk_does_not_know_the_next_key()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock, o => o with { Renewal = Path.GetDirectoryName(o.CaFile) });
        PkiFolder pki = new(facility.Dir);
        (ReceptionLinkOptions here, ReceptionLinkOptions away, ReceptionLinkOptions gone) = (Paired("k7"), Paired("k8"), Paired("k9"));
        // No kiosk was connected yet: each knows the present and the next key by its pairing.
        pki.Rotate(clock);
        await ServedAsync(facility, clock, LinkTrust.Pin(pki.Load("server")));
        await using (GrpcReceptionLink kiosk = GrpcReceptionLink.Open(here, clock)) await kiosk.RenewAsync(default);

        StartException refused = Assert.Throws<StartException>(() => pki.Rotate(clock));
        Assert.Contains("is not known to k8, k9:", refused.Message, StringComparison.Ordinal);

        await using (GrpcReceptionLink kiosk = GrpcReceptionLink.Open(away, clock)) await kiosk.RenewAsync(default);
        refused = Assert.Throws<StartException>(() => pki.Rotate(clock));
        Assert.Contains("is not known to k9:", refused.Message, StringComparison.Ordinal);
        pki.Rotate(clock, force: true);
        await ServedAsync(facility, clock, LinkTrust.Pin(pki.Load("server")));
        await using (GrpcReceptionLink kiosk = GrpcReceptionLink.Open(away, clock)) await kiosk.OpenVisitAsync(Guid.NewGuid(), default);
        await using GrpcReceptionLink lost = GrpcReceptionLink.Open(gone, clock);
        Assert.Equal(Failure.LinkNotTrusted,
            (await Assert.ThrowsAsync<FailureException>(() => lost.OpenVisitAsync(Guid.NewGuid(), default))).Failure);

        ReceptionLinkOptions Paired(string id)
        {
            Enrolment enrolment = new(Path.Combine(facility.Dir, id));
            (SignedProvisioning answer, X509Certificate2 certificate) = new KioskCertificateIssuer(pki,
                $"https://127.0.0.1:{facility.Host.LinkPort}", clock).Pair(id, enrolment.Request());
            certificate.Dispose();
            Provisioning paired = enrolment.Take(answer);
            return new(new(paired.Address), enrolment.Ca, enrolment.Certificate, enrolment.Key, paired.Pins, "test", _patience);
        }
    }

    /// <returns>Receipts, until cancelled; a failure fails the test.</returns>
    private static Task<int> CheckInAsync(Facility facility, GrpcReceptionLink link, CancellationToken until) => Task.Run(async () =>
    {
        int receipts = 0;
        using TestCard card = new();
        do
        {
            await link.SubmitAsync(await facility.VisitAsync(link, card), default);
            receipts++;
        }
        while (!until.IsCancellationRequested);
        return receipts;
    });

    private static async Task ServedAsync(Facility facility, FakeTimeProvider clock, string pin)
    {
        using CancellationTokenSource late = new(_patience);
        clock.Advance(TimeSpan.FromSeconds(5));
        while (await PinAsync(facility.Host.LinkPort) != pin)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
    }

    private static async Task<string> PinAsync(int port)
    {
        using System.Net.Sockets.TcpClient tcp = new();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, port);
        string pin = "";
        await using System.Net.Security.SslStream ssl = new(tcp.GetStream());
#pragma warning disable CA5359, CA5398 // Only looks which key is shown.
        System.Net.Security.SslClientAuthenticationOptions look = new()
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                pin = LinkTrust.Pin((X509Certificate2)certificate!);
                return true;
            },
        };
#pragma warning restore CA5359, CA5398
        await ssl.AuthenticateAsClientAsync(look);
        return pin;
    }
}
