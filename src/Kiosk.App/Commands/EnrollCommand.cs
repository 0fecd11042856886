using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Command = System.CommandLine.Command;

namespace Kiosk.App.Commands;

/// <summary>`kiosk enroll`: pairs this kiosk with a reception and writes <c>id</c> and <c>reception</c> into its configuration.</summary>
internal static class EnrollCommand
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    private static readonly Option<string> _config = new("--config")
    {
        Description = "kiosk.json; created if missing. Key and certificates go into the folder link beside it",
        Required = true,
    };
    private static readonly Option<string?> _reception = new("--reception")
    {
        Description = "over the LAN: HOST:PORT as \"reception pair\" shows it",
    };
    private static readonly Option<string?> _code = new("--code")
    {
        Description = "over the LAN: the code that \"reception pair\" shows; asked for when left out",
    };
    private static readonly Option<string?> _request = new("--request") { Description = "by file: write the request to this file" };
    private static readonly Option<string?> _answer = new("--answer")
    {
        Description = "by file: the answer of \"reception pair --request\"",
    };
    private static readonly Option<string?> _fingerprint = new("--fingerprint")
    {
        Description = "by file: the fingerprint shown at the reception; another one is refused",
    };

    public static Command Make()
    {
        Command command = new("enroll", "pair with a reception; the private key is made here and stays here")
        {
            _config, _reception, _code, _request, _answer, _fingerprint,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, CancellationToken stop)
    {
        string config = Path.GetFullPath(options.GetValue(_config)!);
        Enrolment enrolment = new(Path.Combine(Path.GetDirectoryName(config)!, "link"));
        if (options.GetValue(_request) is string request)
        {
            string pem = PemEncoding.WriteString("CERTIFICATE REQUEST", enrolment.Request());
            await File.WriteAllTextAsync(request, pem + "\n", stop);
            Console.WriteLine(
                $"{pem}\n{request}: take it to the reception terminal and run there: "
                + $"reception pair --dir pki --name HOST --kiosk ID --request {Path.GetFileName(request)}");
            return 0;
        }

        Provisioning paired;
        if (options.GetValue(_answer) is string answer) paired = enrolment.Take(Answer(answer, options.GetValue(_fingerprint)));
        else if (options.GetValue(_reception) is string reception)
            paired = await enrolment.PairAsync(reception, Code(options.GetValue(_code)), stop);
        else throw new FailureException(
            Failure.ConfigBroken, "kiosk enroll: give --reception HOST:PORT, or --request FILE and later --answer FILE");
        Save(config, paired, enrolment);
        Console.WriteLine($"paired as {paired.Kiosk} with {paired.Address}; {config} is ready: kiosk run --config {config}");
        return 0;
    }

    private static string Code(string? given)
    {
        if (given is null) Console.Write("code: ");
        return PairingCode.Parse(given ?? Console.ReadLine() ?? "")
            ?? throw new FailureException(
                Failure.ConfigBroken, "kiosk enroll: the code has 12 letters and digits, for example 7F3K-Q2MD-9XTA");
    }

    private static SignedProvisioning Answer(string file, string? expected)
    {
        try
        {
            SignedProvisioning? answer = JsonSerializer.Deserialize<SignedProvisioning>(File.ReadAllText(file), SignedProvisioning.Json);
            // A newer reception may add keys, so this is not read as strictly as a configuration.
            if (answer is not { Content: not null, Signature: not null }
                || JsonSerializer.Deserialize<Provisioning>(answer.Content, SignedProvisioning.Json) is not
                { Kiosk: not null, Address: not null, Ca: not null, Certificate: not null, Pins: not null } content
                || content.Pins.Contains(null!)) throw new JsonException("a part is missing");
            using X509Certificate2 ca = X509Certificate2.CreateFromPem(content.Ca);
            string fingerprint = SignedProvisioning.Fingerprint(ca.RawData);
            Console.WriteLine($"fingerprint of the reception's CA, compare with the reception: {fingerprint}");
            if (expected is not null && Bare(expected) != Bare(fingerprint))
                throw new FailureException(Failure.LinkNotTrusted, $"{file}: the fingerprint is {fingerprint}, not {expected}");
            return answer;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException or CryptographicException
            or ArgumentException)
        {
            throw new FailureException(Failure.LinkNotTrusted, $"{file}: cannot be read, or is not an answer of \"reception pair\"", wrong);
        }

        static string Bare(string fingerprint) => fingerprint.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    /// <summary>Keeps the other keys of the file, but not its comments.</summary>
    private static void Save(string file, Provisioning p, Enrolment enrolment)
    {
        try
        {
            JsonObject config = File.Exists(file) ? JsonFile.ReadObject(file, "correct it and pair again") : [];
            string folder = Path.GetDirectoryName(file)!;
            config["id"] = p.Kiosk;
            config["reception"] = new JsonObject
            {
                ["address"] = p.Address,
                ["ca"] = Path.GetRelativePath(folder, enrolment.Ca),
                ["certificate"] = Path.GetRelativePath(folder, enrolment.Certificate),
                ["key"] = Path.GetRelativePath(folder, enrolment.Key),
                ["pins"] = new JsonArray([.. p.Pins.Select(pin => JsonValue.Create(pin))]),
            };
            File.WriteAllText(file + ".new", config.ToJsonString(_json) + "\n");
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonFileException or InvalidOperationException)
        {
            throw new FailureException(
                Failure.ConfigBroken, $"{file}: paired, but the configuration cannot be read or written; correct it and pair again", wrong);
        }
    }
}
