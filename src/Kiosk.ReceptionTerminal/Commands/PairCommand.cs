using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;
using Command = System.CommandLine.Command;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary>
/// <c>reception pair</c>: makes a certificate for a key that was made on the kiosk and stays there, over the LAN with a code or by
/// file.
/// </summary>
internal static class PairCommand
{
    private static readonly Option<string> _dir =
        new("--dir") { Description = "Folder of ca.pem and ca.key; made when missing", Required = true };
    private static readonly Option<string[]> _names =
        new("--name") { Description = "Name or IP address of this machine as kiosks call it; may be repeated", Required = true };
    private static readonly Option<string> _kiosk = new("--kiosk") { Description = "Id the kiosk gets: a-z, 0-9, hyphen", Required = true };
    private static readonly Option<int> _linkPort =
        new("--link-port") { Description = "Port of \"reception run\"", DefaultValueFactory = _ => 8601 };
    private static readonly Option<string> _listen =
        new("--listen") { Description = "IP address to wait on", DefaultValueFactory = _ => "0.0.0.0" };
    private static readonly Option<int> _port = new("--port") { Description = "Port to wait on", DefaultValueFactory = _ => 8603 };
    private static readonly Option<string?> _request =
        new("--request") { Description = "By file: the request written by \"kiosk enroll --request\"" };
    private static readonly Option<string?> _answer = new("--answer") { Description = "By file: where the answer goes" };

    public static Command Make()
    {
        Command command = new("pair", "Pairs one kiosk: shows a code, or answers a request file. No private key travels.")
        {
            _dir, _names, _kiosk, _linkPort, _listen, _port, _request, _answer,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string kiosk = parsed.GetValue(_kiosk)!, name = parsed.GetValue(_names)![0];
        if (!KioskIdentity.IsId(kiosk)) throw new StartException($"kiosk id \"{kiosk}\"", "use 1 to 32 of a-z, 0-9 and -");
        (PkiFolder pki, X509Certificate2 server) = FacilityPki.WriteReception(parsed.GetValue(_dir)!, parsed.GetValue(_names)!,
            TimeProvider.System);
        using X509Certificate2 own = server, ca = pki.Load("ca");
        KioskCertificateIssuer issuer = new(pki, $"https://{name}:{parsed.GetValue(_linkPort)}", TimeProvider.System);
        if (parsed.GetValue(_request) is { } request)
        {
            string answer = parsed.GetValue(_answer) ?? Path.ChangeExtension(request, ".pairing");
            ByFile(issuer, kiosk, request, answer);
            Console.WriteLine($"{answer}: carry it to the kiosk, then: kiosk enroll --config kiosk.json --answer "
                + $"{Path.GetFileName(answer)}");
            Console.WriteLine($"fingerprint, the same on the kiosk: {SignedProvisioning.Fingerprint(ca.RawData)}");
            return 0;
        }

        if (!IPAddress.TryParse(parsed.GetValue(_listen), out IPAddress? listen))
            throw new StartException("--listen", "must be an IP address, for example 0.0.0.0");
        string code = PairingCode.New();
        await using PairingHost host = await PairingHost.StartAsync(issuer, kiosk, code, own, listen, parsed.GetValue(_port), stop);
        Console.WriteLine($"on the kiosk: kiosk enroll --config kiosk.json --reception {name}:{host.Port} --code {code}");
        Console.WriteLine($"waiting {PairingCode.Life.TotalMinutes:F0} minutes for {kiosk}");
        try
        {
            using X509Certificate2 paired = await host.Paired.WaitAsync(PairingCode.Life, TimeProvider.System, stop);
            Console.WriteLine($"paired: {kiosk}, certificate until {paired.NotAfter:yyyy-MM-dd}, key pin {LinkTrust.Pin(paired)}");
            return 0;
        }
        catch (TimeoutException)
        {
            throw new StartException("pairing", "nobody typed the code in time; begin again for a new one");
        }
    }

    private static void ByFile(KioskCertificateIssuer issuer, string kiosk, string request, string answer)
    {
        try
        {
            (SignedProvisioning content, X509Certificate2 certificate) = issuer.Pair(kiosk, File.ReadAllBytes(request));
            certificate.Dispose();
            File.WriteAllText(answer, JsonSerializer.Serialize(content, SignedProvisioning.Json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(request, "it cannot be read, or its answer cannot be written: " + e.Message, e);
        }
    }
}
