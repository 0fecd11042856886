using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;
using Kiosk.Windows.SmartCards;

namespace Kiosk.Windows;

/// <summary>
/// A clinic on Windows: a smart-card service with one reader, virtual cards, and the configuration of a kiosk. All files are
/// in a folder whose name has a space and Japanese letters.
/// </summary>
internal sealed class Clinic : IDisposable
{
    /// <summary>As on a Japanese Windows: not in the ANSI code page of Western ones.</summary>
    public const string Reader = "SONY FeliCa NFC ポート/PaSoRi 4.0 0";

    private readonly CardBox _box;
    private readonly SimulatedHierarchy _hierarchy = new(null);
    private readonly SmartCardServer _server;
    private SlottedCard? _card;

    public Clinic(TimeSpan? silence = null)
    {
        Cards = new SmartCardService(silence);
        _server = new SmartCardServer(Cards);
        File.WriteAllText(Path.Combine(Wine.System32, "winscard.port"), _server.Port.ToString(CultureInfo.InvariantCulture) + "\n");
        Home = Directory.CreateDirectory(Path.Combine(Wine.Drive, "Kiosk 試験 " + Guid.NewGuid().ToString("N")[..8])).FullName;
        DateOnly today = JapanTime.DateOf(TimeProvider.System.GetUtcNow());
        _box = new CardBox(_hierarchy, new CardMaterial(SimulatedPicture.NoPhoto, SimulatedPicture.Png, today));
        _hierarchy.SaveTrust(Directory.CreateDirectory(In("Trust")).FullName, today);
        // Wine 8 cannot import ECDSA keys. The cards of these tests have RSA keys.
        foreach (string file in Directory.GetFiles(In("Trust")).Where(HasEcKey)) File.Delete(file);
        Cards.Plug(Reader);
    }

    /// <summary>Whether a certificate or public key, DER or PEM, names id-ecPublicKey (RFC 5480, section 2.1.1).</summary>
    private static bool HasEcKey(string file)
    {
        byte[] der = File.ReadAllBytes(file);
        string text = File.ReadAllText(file);
        if (PemEncoding.TryFind(text, out PemFields pem)) der = Convert.FromBase64String(text[pem.Base64Data]);
        return der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]) >= 0;
    }

    public SmartCardService Cards { get; }

    /// <summary>As Linux sees it.</summary>
    public string Home { get; }

    private int Port { get; } = FreePort();

    public string In(string name) => Path.Combine(Home, name);

    /// <summary>The same file as Windows programs see it.</summary>
    public string OnDrive(string name) => @"C:\" + Path.GetRelativePath(Wine.Drive, In(name)).Replace('/', '\\');

    /// <summary>Writes kiosk.json. The link is one of the test's own (tests/Kiosk.Wine); its keys are named and never opened.</summary>
    public void Configure() => File.WriteAllText(In("kiosk.json"), new JsonObject
    {
        ["card"] = new JsonObject { ["trust"] = "tRUST" },
        ["ui"] = new JsonObject { ["port"] = Port },
        ["reception"] = new JsonObject
        {
            ["address"] = "https://127.0.0.1:1",
            ["ca"] = "ca.pem",
            ["certificate"] = "kiosk.pem",
            ["key"] = "kiosk.key",
        },
    }.ToJsonString());

    /// <summary>Starts the kiosk with a link that writes check-ins to a file.</summary>
    public WineProgram StartKiosk(params (string, string)[] environment) =>
        Wine.Start(environment, Wine.TestProgram, "--config", OnDrive("KIOSK.json"), "--check-ins", OnDrive("check-ins.jsonl"));

    /// <summary>Check-ins so far, each proven: the card signed the challenge with the key of its certificate.</summary>
    public IReadOnlyList<string> CheckIns()
    {
        string[] lines = File.Exists(In("check-ins.jsonl")) ? File.ReadAllLines(In("check-ins.jsonl")) : [];
        foreach (string line in lines)
        {
            JsonNode checkIn = JsonNode.Parse(line)!;
            byte[] Bytes(string name) => Convert.FromHexString(checkIn[name]!.GetValue<string>());
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Bytes("Certificate"));
            using RSA key = certificate.GetRSAPublicKey()!;
            Assert.True(key.VerifyData(Bytes("Challenge"), Bytes("Signature"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        return [.. lines.Select(line => JsonNode.Parse(line)!["Method"]!.GetValue<string>())];
    }

    /// <summary>Lays a virtual card down.</summary>
    public SlottedCard Insert(string name)
    {
        _card = CardOf(name);
        Cards.Insert(Reader, _card);
        return _card;
    }

    public SlottedCard CardOf(string name) => new(_box.Take(name), LinkModel.None);

    public void Remove()
    {
        Cards.Remove(Reader);
        _card?.Dispose();
        _card = null;
    }

    /// <summary>The kiosk's health page; null while it does not answer.</summary>
    public async Task<JsonDocument?> HealthAsync()
    {
        using HttpClient browser = new() { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using HttpResponseMessage answer = await browser.GetAsync(new Uri($"http://127.0.0.1:{Port}/healthz"));
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Waits until the kiosk is in one of these states of the visit.</summary>
    public async Task UntilAsync(params string[] states)
    {
        string seen = "no answer";
        for (int i = 0; i < 600; i++)
        {
            using JsonDocument? health = await HealthAsync();
            seen = health?.RootElement.GetRawText() ?? "no answer";
            if (states.Contains(health?.RootElement.GetProperty("state").GetString())) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        Assert.Fail($"not {string.Join(" or ", states)}: {seen}");
    }

    public void Dispose()
    {
        Cards.Dispose();
        _server.Dispose();
        _card?.Dispose();
        _hierarchy.Dispose();
        Directory.Delete(Home, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
