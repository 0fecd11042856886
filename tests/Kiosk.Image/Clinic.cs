using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiosk.Image;

/// <summary>
/// What stands around a device at work: a reception terminal outside under mutual TLS, and a virtual card on its USB reader.
/// Enrolled by the same commands and files as at a clinic.
/// </summary>
public sealed class Clinic : IDisposable
{
    private readonly Machine _machine;
    private readonly string _home;
    private Process _card;
    private Process? _reception;
    private Uri? _desk;
    private Uri _root = new("http://127.0.0.1");
    private readonly HttpClient _browser = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { Timeout = TimeSpan.FromMinutes(2) };

    /// <param name="machine">Started with <c>--card</c>, unprovisioned, its page on the screen.</param>
    public Clinic(Machine machine)
    {
        (_machine, _home) = (machine, Path.Combine(machine.Home, "clinic"));
        foreach (string folder in (string[])[_home, In("hierarchy"), In("trust")]) Directory.CreateDirectory(folder);
        _card = Reader();
    }

    /// <summary>A device at work: its first start is good, it is enrolled, and it invites a patient.</summary>
    /// <param name="machine">Just started with <c>--card</c>, of version <paramref name="version"/>, never provisioned.</param>
    /// <param name="site">Changes the site's settings before they are signed.</param>
    /// <param name="answer">Changes the reception's answer, a file; its second argument is the folder of the CA.</param>
    public static Clinic Opened(Machine machine, string version, Action<JsonNode>? site = null, Action<string, string>? answer = null)
    {
        machine.Wait($"slot A version {version} marked good");
        Clinic clinic = new(machine);
        try
        {
            clinic.Enrol(site, answer);
            clinic.Until("Idle");
            return clinic;
        }
        catch
        {
            clinic.Dispose();
            throw;
        }
    }

    /// <summary>The device's name; known once <see cref="Enrol"/> has read its request.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Ends whatever waits here: the power is about to go.</summary>
    public CancellationToken Interrupted { get; set; }

    /// <summary>Request on a stick, answer of the reception, signed provisioning file on a stick.</summary>
    public void Enrol(Action<JsonNode>? change = null, Action<string, string>? age = null)
    {
        _machine.Stick();
        _machine.Wait("request written");
        _machine.Stick("--read", _home);
        string request = Directory.GetFiles(_home, "*.csr").Single(), answer = In("answer");
        Id = Path.GetFileNameWithoutExtension(request);
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        Done("dotnet", Dll("Kiosk.ReceptionTerminal/debug/reception.dll"), "pair", "--dir", In("pki"), "--name", "10.0.2.2", "--kiosk", Id, "--link-port", port, "--request", request, "--answer", answer);
        age?.Invoke(answer, In("pki"));
        string build = Path.Combine(Product.Root, "image-build/provision");
        JsonNode site = JsonNode.Parse(File.ReadAllText(Path.Combine(build, "site.vm.json")))!;
        site["peers"] = new JsonArray($"10.0.2.2:{port}");
        change?.Invoke(site);
        File.WriteAllText(In("site.json"), site.ToJsonString());
        Done(Path.Combine(build, "provision.sh"), "--csr", request, "--answer", answer, "--site", In("site.json"), "--trust", In("trust"), "--out", _home);
        JsonNode reception = JsonNode.Parse(File.ReadAllText(Path.Combine(build, "reception.vm.json")))!;
        (reception["port"], reception["desk"]!["port"]) = (int.Parse(port, CultureInfo.InvariantCulture), 0);
        reception.AsObject().Remove("staffCodeFile");
        File.WriteAllText(In("reception.json"), reception.ToJsonString());
        OpenReception();
        _machine.Stick(In($"{Id}.provision"));
        _machine.Wait($"provisioned as {Id}");
    }

    /// <summary>After a power cut: the card server's connection went with the machine.</summary>
    public void Reconnect()
    {
        End(_card);
        _card = Reader();
    }

    private Process Reader()
    {
        Process card = Started("Kiosk.Lab/debug/kiosk-lab.dll", "card", "serve", "--vsc", Path.Combine(_machine.Home, "card"), "--hierarchy", In("hierarchy"), "--trust", In("trust"));
        // Its first answer: it is connected, and the trust anchors are written.
        string? answer = card.StandardOutput.ReadLine();
        Assert.True(answer?.Contains("\"ok\":true", StringComparison.Ordinal) == true, $"card serve: {answer ?? card.StandardError.ReadToEnd()}");
        return card;
    }

    /// <summary>The order that returns the device to unprovisioned, on a stick.</summary>
    public void Wipe()
    {
        Done(Path.Combine(Product.Root, "image-build/provision/provision.sh"), "--csr", In($"{Id}.csr"), "--wipe", "--out", _home);
        _machine.Stick(In($"{Id}.wipe"));
    }

    public void Insert(string card) => Card($"insert {card}");

    public void Pull() => Card("pull");

    /// <summary>A visit by PIN, tapped on the screen, from the empty tray to the receipt and back. Where this machine was too slow for
    /// the kiosk's patience, it begins again, as a patient would.</summary>
    /// <returns>A picture of the receipt's screen.</returns>
    public byte[] Visit()
    {
        for (int time = 1; ; time++)
        {
            try
            {
                return VisitOnce();
            }
            catch (TimeoutException) when (time < 4)
            {
                Pull();
            }
        }
    }

    private byte[] VisitOnce()
    {
        Until("Idle");
        Insert("standard");
        Until("ChoosingMethod");
        Tap("ChoosingMethod", (640, 500));
        Until("EnteringPin");
        // The card's PIN is 1234.
        Tap("EnteringPin", (807, 167), (983, 167), (1159, 167), (807, 305));
        Until("AskingConsent");
        Tap("AskingConsent", (230, 570));
        Until("ReviewingConsent");
        Tap("ReviewingConsent", (947, 570));
        // "Once more", where the hand-over took longer than the kiosk waits.
        Tap("Submitting", (640, 570));
        Until("Finished", "TakeCard");
        Thread.Sleep(TimeSpan.FromSeconds(3));
        byte[] shot = _machine.Shot("receipt");
        Pull();
        Until("Idle");
        return shot;
    }

    /// <summary>Until the visit is in one of these states, as the kiosk tells on its own port.</summary>
    public void Until(params string[] states)
    {
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(15); Thread.Sleep(TimeSpan.FromSeconds(2)))
        {
            Interrupted.ThrowIfCancellationRequested();
            LastState = State();
            if (states.Contains(LastState)) return;
            if (LastState is "StillThere") throw new TimeoutException(string.Join(" or ", states));
        }

        Assert.Fail($"the visit stands at '{LastState}', not {string.Join(" or ", states)}");
    }

    /// <summary>As <see cref="Until"/> saw it last; empty while the kiosk did not answer.</summary>
    public string LastState { get; private set; } = "";

    /// <summary>Modulus of a virtual card's key: public, and read off the card by the kiosk in its certificate.</summary>
    public byte[] CardKey(string name)
    {
        using RSA key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(In($"hierarchy/{name}.pem")));
        return key.ExportParameters(false).Modulus!;
    }

    // Empty also while no page is on the screen: nobody could see or tap the state.
    private string State() =>
        Health() is { } health && health.RootElement.GetProperty("screen").GetBoolean() ? health.RootElement.GetProperty("state").GetString()! : "";

    /// <summary>The kiosk's health page; null while the kiosk or the machine does not answer, as during a restart.</summary>
    public JsonDocument? Health()
    {
        try
        {
            (int exit, string answer) = _machine.Try("nsenter --net=/run/netns/screen curl -sf -m 5 http://127.0.0.1:8600/healthz", 20);
            return exit == 0 ? JsonDocument.Parse(answer) : null;
        }
        catch (NoAnswerException)
        {
            return null;
        }
    }

    /// <summary>What the receptionist's page shows of all, as JSON.</summary>
    public JsonDocument Desk()
    {
        if (_desk is not null) Assert.True(_browser.GetAsync(_desk).GetAwaiter().GetResult().IsSuccessStatusCode);
        _desk = null;
        using Stream feed = _browser.GetStreamAsync(new Uri(_root, "/feed")).GetAwaiter().GetResult();
        using StreamReader lines = new(feed);
        string? line;
        while ((line = lines.ReadLine()) is not null)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonDocument.Parse(line["data: ".Length..]);
        throw new InvalidOperationException("the page's feed ended");
    }

    private void OpenReception()
    {
        _reception = Started("Kiosk.ReceptionTerminal/debug/reception.dll", "run", "--config", In("reception.json"));
        string? line;
        while ((line = _reception.StandardOutput.ReadLine()) is not null)
        {
            if (!line.Contains("page: ", StringComparison.Ordinal)) continue;
            _desk = new Uri(line[(line.IndexOf("page: ", StringComparison.Ordinal) + "page: ".Length)..].Trim());
            _root = new Uri(_desk, "/");
            // Read on, so that it never waits for a full pipe.
            _ = _reception.StandardOutput.ReadToEndAsync();
            return;
        }

        Assert.Fail($"the reception did not start: {_reception.StandardError.ReadToEnd()}");
    }

    private void Card(string order)
    {
        _card.StandardInput.WriteLine(order);
        Assert.Contains("\"ok\":true", _card.StandardOutput.ReadLine(), StringComparison.Ordinal);
    }

    /// <summary>As a patient does: taps, and taps again while the screen stays. One that has just changed takes no tap, and this
    /// machine is slow; digits left alone are wiped after 15 s, so all of them are typed again.</summary>
    private void Tap(string state, params (int X, int Y)[] places)
    {
        for (int time = 0; time < 10; time++)
        {
            Thread.Sleep(TimeSpan.FromSeconds(3));
            LastState = State();
            if (LastState.Length > 0 && LastState != state) return;
            foreach ((int x, int y) in places) _machine.Tap(x, y);
            for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(25); Thread.Sleep(TimeSpan.FromSeconds(2)))
            {
                Interrupted.ThrowIfCancellationRequested();
                LastState = State();
                if (LastState is "StillThere") throw new TimeoutException(state);
                if (LastState.Length > 0 && LastState != state) return;
            }
        }

        Assert.Fail($"ten taps, and the visit stands at '{state}'");
    }

    private string In(string name) => Path.Combine(_home, name);

    private static string Dll(string name) => Path.Combine(Product.Root, "artifacts/bin", name);

    private Process Started(string dll, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Dll(dll), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home };
        Process process = Process.Start(start)!;
        return process;
    }

    private void Done(string program, params string[] arguments)
    {
        (int exit, string said) = Product.Run(program, arguments, ("PWD", _home));
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: {said}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void End(Process? process)
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public void Dispose()
    {
        End(_card);
        End(_reception);
        _browser.Dispose();
    }
}
