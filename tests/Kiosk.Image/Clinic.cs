using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiosk.Image;

/// <summary>
/// A clinic around a device: a reception terminal under mutual TLS, a virtual card on the device's USB reader, a patient who taps. The
/// device is enrolled by the same commands and files as at a real clinic.
/// </summary>
public sealed class Clinic : IDisposable
{
    private readonly Machine _machine;
    private readonly string _home;
    private CardServer _card;
    private ReceptionProcess? _reception;

    /// <param name="machine">Started with <c>--card</c>, unprovisioned, its set-up page on the screen.</param>
    public Clinic(Machine machine)
    {
        (_machine, _home) = (machine, Path.Combine(machine.Home, "clinic"));
        foreach (string folder in (string[])[_home, In("hierarchy"), In("trust")]) Directory.CreateDirectory(folder);
        _card = new CardServer(machine, In("hierarchy"), In("trust"));
    }

    /// <summary>A clinic whose device has been marked good at its first start, is enrolled and invites patients.</summary>
    /// <param name="machine">Just started with <c>--card</c>, of version <paramref name="version"/>, never provisioned.</param>
    /// <param name="version">Of the machine's image.</param>
    /// <param name="changeSite">Changes the site's settings before they are signed.</param>
    /// <param name="changeAnswer">Changes the file with the reception's answer; its second argument is the folder of the CA.</param>
    public static Clinic Open(
        Machine machine, string version, Action<JsonNode>? changeSite = null, Action<string, string>? changeAnswer = null)
    {
        machine.Wait($"slot A version {version} marked good");
        Clinic clinic = new(machine);
        try
        {
            clinic.Enrol(changeSite, changeAnswer);
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

    /// <summary>Ends waits here, because the power is about to be cut.</summary>
    public CancellationToken Interrupted { get; set; }

    /// <summary>As <see cref="Until"/> saw it last; empty while the kiosk did not answer.</summary>
    public string LastState { get; private set; } = "";

    /// <summary>Reads the device's request from a stick, lets the reception answer, gives the device a signed provisioning file.</summary>
    public void Enrol(Action<JsonNode>? changeSite = null, Action<string, string>? changeAnswer = null)
    {
        _machine.Stick();
        _machine.Wait("request written");
        _machine.Stick("--read", _home);
        string request = Directory.GetFiles(_home, "*.csr").Single(), answer = In("answer");
        Id = Path.GetFileNameWithoutExtension(request);
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        Product.RunToSuccess("dotnet",
            [Product.ProgramFile(ReceptionProcess.Program), "pair", "--dir", In("pki"), "--name", "10.0.2.2", "--kiosk", Id,
                "--link-port", port, "--request", request, "--answer", answer]);
        changeAnswer?.Invoke(answer, In("pki"));
        string build = Path.Combine(Product.Root, "image-build/provision");
        JsonNode site = JsonNode.Parse(File.ReadAllText(Path.Combine(build, "site.vm.json")))!;
        site["peers"] = new JsonArray($"10.0.2.2:{port}");
        changeSite?.Invoke(site);
        File.WriteAllText(In("site.json"), site.ToJsonString());
        Provision("--answer", answer, "--site", In("site.json"), "--trust", In("trust"));
        JsonNode reception = JsonNode.Parse(File.ReadAllText(Path.Combine(build, "reception.vm.json")))!;
        (reception["port"], reception["desk"]!["port"]) = (int.Parse(port, CultureInfo.InvariantCulture), 0);
        reception.AsObject().Remove("staffCodeFile");
        File.WriteAllText(In("reception.json"), reception.ToJsonString());
        _reception = new ReceptionProcess(In("reception.json"));
        _machine.Stick(In($"{Id}.provision"));
        _machine.Wait($"provisioned as {Id}");
    }

    /// <summary>Starts the card server again: a power cut has ended its connection.</summary>
    public void Reconnect()
    {
        _card.Dispose();
        _card = new CardServer(_machine, In("hierarchy"), In("trust"));
    }

    /// <summary>Gives the device the signed order that returns it to unprovisioned, on a stick.</summary>
    public void Wipe()
    {
        Provision("--wipe");
        _machine.Stick(In($"{Id}.wipe"));
    }

    /// <summary>
    /// A visit by PIN, tapped on the screen, from inserting the card to the receipt and back to the inviting screen. When this machine is
    /// too slow and the kiosk asks whether the patient is still there, the visit begins again.
    /// </summary>
    /// <returns>A picture of the receipt's screen.</returns>
    public byte[] Visit()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return VisitOnce();
            }
            catch (TimeoutException) when (attempt < 4)
            {
                _card.Pull();
            }
        }
    }

    private byte[] VisitOnce()
    {
        Until("Idle");
        _card.Insert("standard");
        Until("ChoosingMethod");
        TapUntilLeft("ChoosingMethod", (640, 500));
        Until("EnteringPin");
        // The card's PIN is 1234.
        TapUntilLeft("EnteringPin", (807, 167), (983, 167), (1159, 167), (807, 305));
        Until("AskingConsent");
        TapUntilLeft("AskingConsent", (230, 570));
        // The button "try again", for when the hand-over took longer than the kiosk waits.
        TapUntilLeft("Submitting", (640, 570));
        Until("Finished", "TakeCard");
        Thread.Sleep(TimeSpan.FromSeconds(3));
        byte[] shot = _machine.Shot("receipt");
        _card.Pull();
        Until("Idle");
        return shot;
    }

    /// <summary>Waits until the kiosk reports that the visit is in one of these states; an empty state means no answer.</summary>
    /// <exception cref="TimeoutException">The kiosk asks whether the patient is still there.</exception>
    public void Until(params string[] states)
    {
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(15); Thread.Sleep(TimeSpan.FromSeconds(2)))
        {
            Interrupted.ThrowIfCancellationRequested();
            LastState = State();
            if (states.Contains(LastState)) return;
            if (LastState is "StillThere") throw new TimeoutException(string.Join(" or ", states));
        }

        Assert.Fail($"the visit is in the state '{LastState}', not {string.Join(" or ", states)}");
    }

    /// <summary>Modulus of a virtual card's public key; the kiosk reads it in the card's certificate.</summary>
    public byte[] CardKey(string name)
    {
        using RSA key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(In($"hierarchy/{name}.pem")));
        return key.ExportParameters(false).Modulus!;
    }

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

    /// <summary>Everything that the receptionist's page shows, as JSON.</summary>
    public JsonDocument ReceptionPage() => _reception!.Page();

    // Empty also while no page is on the screen: nobody could see or tap the state.
    private string State()
    {
        using JsonDocument? health = Health();
        if (health is null || !health.RootElement.GetProperty("screen").GetBoolean()) return "";
        return health.RootElement.GetProperty("state").GetString()!;
    }

    // Taps, and taps again while the state stays: a screen that has just changed ignores taps, and this machine is slow. The kiosk wipes
    // digits that are left alone for 15 s, so all of them are typed again.
    private void TapUntilLeft(string state, params (int X, int Y)[] places)
    {
        for (int attempt = 0; attempt < 10; attempt++)
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

        Assert.Fail($"the visit is still in the state '{state}' after ten taps");
    }

    private void Provision(params string[] arguments) => Product.RunToSuccess(
        Path.Combine(Product.Root, "image-build/provision/provision.sh"), ["--csr", In($"{Id}.csr"), .. arguments, "--out", _home]);

    private string In(string name) => Path.Combine(_home, name);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _card.Dispose();
        _reception?.Dispose();
    }
}
