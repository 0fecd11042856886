using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.Processes.Reception;

public sealed class PairingTests
{
    [Fact]
    public async Task A_kiosk_paired_with_the_code_can_use_the_link_and_its_key_never_left_it()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using PairingHost host = await HostAsync(facility, "7F3K-Q2MD-9XTA");
        Enrolment enrolment = new(Path.Combine(facility.Dir, "kiosk"));

        // As people type it.
        Provisioning paired = await enrolment.PairAsync($"127.0.0.1:{host.Port}", PairingCode.Parse("7f3k q2md 9xta")!, default);

        Assert.Equal("k9", paired.Kiosk);
        Assert.Equal(2, paired.Pins.Distinct().Count());
        Assert.Equal(facility.Pki.ServerPin, paired.Pins[0]);
        using X509Certificate2 certificate = await host.Paired;
        Assert.Contains("k9", certificate.Subject, StringComparison.Ordinal);
        await using GrpcReceptionLink link = GrpcReceptionLink.Open(
            new(new($"https://127.0.0.1:{facility.Host.LinkPort}"), enrolment.Ca, enrolment.Certificate, enrolment.Key, paired.Pins),
            TimeProvider.System);
        Assert.Equal(32, (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length);
        Assert.Empty(Directory.GetFiles(facility.Dir, "kiosk-k9.key", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_strangers_posts_and_open_connections_do_not_keep_the_kiosk_from_pairing()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using PairingHost host = await HostAsync(facility, "7F3K-Q2MD-9XTA");
        Enrolment enrolment = new(Path.Combine(facility.Dir, "kiosk"));
        FailureException wrong = await Assert.ThrowsAsync<FailureException>(
            () => enrolment.PairAsync($"127.0.0.1:{host.Port}", PairingCode.Parse("0000-0000-0000")!, default));
        Assert.Equal(Failure.ReceptionRefused, wrong.Failure);
#pragma warning disable CA5359 // An attacker does not judge.
        // The stranger comes from another address of this machine, posts many wrong proofs, and holds every connection it gets.
        using SocketsHttpHandler from = new()
        {
            ConnectCallback = async (_, stop) => new NetworkStream(await StrangerAsync(host.Port, stop), ownsSocket: true),
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
#pragma warning restore CA5359
        using HttpClient stranger = new(from);
        for (int i = 0; i < 200; i++)
        {
            using HttpResponseMessage refused = await stranger.PostAsJsonAsync($"https://127.0.0.1:{host.Port}/pair",
                new PairingRequest(new byte[300], new byte[32]), SignedProvisioning.Json);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        List<Socket> held = [];
        for (int i = 0; i < 100; i++) held.Add(await StrangerAsync(host.Port, default));
        try
        {
            Provisioning paired = await enrolment.PairAsync($"127.0.0.1:{host.Port}", PairingCode.Parse("7F3K-Q2MD-9XTA")!, default);
            Assert.Equal("k9", paired.Kiosk);
        }
        finally
        {
            held.ForEach(s => s.Dispose());
        }
    }

    private static async Task<Socket> StrangerAsync(int port, CancellationToken stop)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Linux routes all of 127.0.0.0/8 to this machine.
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        return socket;
    }

    [Fact]
    public async Task A_machine_in_the_middle_that_forwards_the_request_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using PairingHost host = await HostAsync(facility, "7F3K-Q2MD-9XTA");
        // The kiosk saw the impostor's key, so its proof is over that one.
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), impostor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] csr = new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        byte[] proof = PairingCode.Proof(PairingCode.Key("7F3KQ2MD9XTA"), "kiosk", impostor.ExportSubjectPublicKeyInfo(), csr);
#pragma warning disable CA5399, CA5400 // It relays; it does not judge.
        using HttpClientHandler any = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using HttpClient relay = new(any);
#pragma warning restore CA5399, CA5400
        using HttpResponseMessage answer = await relay.PostAsJsonAsync($"https://127.0.0.1:{host.Port}/pair",
            new PairingRequest(csr, proof), SignedProvisioning.Json);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_file_fits_only_the_request_it_was_made_for()
    {
        await using Facility facility = await Facility.OpenAsync();
        KioskCertificateIssuer issuer = new(new PkiFolder(facility.Dir), "https://127.0.0.1:1", TimeProvider.System);
        Enrolment mine = new(Path.Combine(facility.Dir, "mine")), other = new(Path.Combine(facility.Dir, "other"));
        SignedProvisioning forMe = issuer.Issue("k8", mine.Request()).Answer;
        other.Request();

        Assert.Contains("another kiosk", Assert.Throws<FailureException>(() => other.Take(forMe)).Detail, StringComparison.Ordinal);
        byte[] changed = [.. forMe.Content];
        changed[^3] ^= 1;
        Assert.Equal(Failure.LinkNotTrusted, Assert.Throws<FailureException>(() => mine.Take(forMe with { Content = changed })).Failure);
        Assert.Equal("k8", mine.Take(forMe).Kiosk);
        Assert.True(File.Exists(mine.Key));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mine.Key));
        // Once taken, the request is closed.
        Assert.Throws<FailureException>(() => mine.Take(forMe));
    }

    [Fact]
    public async Task A_file_that_is_no_request_is_named()
    {
        await using Facility facility = await Facility.OpenAsync();
        KioskCertificateIssuer issuer = new(new PkiFolder(facility.Dir), "https://127.0.0.1:1", TimeProvider.System);
        Assert.Contains("kiosk enroll", Assert.Throws<StartException>(() => issuer.Issue("k8", "hello"u8.ToArray())).Message,
            StringComparison.Ordinal);
        using RSA rsa = RSA.Create(2048);
        byte[] other = new CertificateRequest("CN=kiosk", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        Assert.Contains("P-256", Assert.Throws<StartException>(() => issuer.Issue("k8", other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_has_no_letters_that_are_easily_misread()
    {
        Assert.Equal("7F3KQ2MD9XT0", PairingCode.Parse(" 7f3k-q2md-9xto "));
        Assert.Null(PairingCode.Parse("7F3K-Q2MD"));
        Assert.NotNull(PairingCode.Parse(PairingCode.New()));
    }

    private static Task<PairingHost> HostAsync(Facility facility, string code)
    {
        PkiFolder pki = new(facility.Dir);
        return PairingHost.StartAsync(new(pki, $"https://127.0.0.1:{facility.Host.LinkPort}", TimeProvider.System), "k9", code,
            pki.Load("server"), IPAddress.Loopback, 0, default);
    }
}
