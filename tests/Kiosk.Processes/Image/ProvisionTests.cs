using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.App.Configuration;

namespace Kiosk.Processes.Image;

/// <summary>The script provision.sh: from a site's settings to the kiosk's configuration.</summary>
public sealed class ProvisionTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-provision-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact]
    public void Every_setting_of_a_site_reaches_the_kiosk_and_an_unknown_one_is_refused()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq") && Shell.Has("openssl"), "needs a POSIX shell, jq and openssl");
        Make();
        (int exit, string said) = Provision(/*lang=json,strict*/ """
            {"peers":["192.0.2.1:8601"],"ui":{"panelWidthMm":300},"outbox":{},"telemetry":{"otlp":"http://192.0.2.1:4318/v1/metrics"}}
            """);
        Assert.True(exit == 0, said);
        Sh($"openssl cms -verify -noverify -binary -inform DER -in {In("kiosk-1.provision")} -out {In("tar")} && " +
            $"tar -xf {In("tar")} -C {_home}");
        Config config = Config.Load(In("kiosk.json"));
        Assert.Equal(300, config.Ui.PanelWidthMm);
        Assert.NotNull(config.Outbox);
        Assert.Equal("http://192.0.2.1:4318/v1/metrics", config.Telemetry.Otlp);
        Assert.Equal("https://192.0.2.1:8601", config.Reception!.Address);

        (exit, said) = Provision(/*lang=json,strict*/ """{"peers":["192.0.2.1:8601"],"outbocks":{}}""");
        Assert.True(exit == 1, said);
        Assert.Contains("unknown settings: outbocks", said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("""{"peers":["192.0.2.1:8601"],"update":{"url":"http://192.0.2.1","token":"x"}}""", "update.url: https://")]
    [InlineData("""{"peers":["192.0.2.1"]}""", "peers[0]: ")]
    [InlineData("""{"peers":["192.0.2.1:8601"],"ntp":"a b"}""", "ntp: ")]
    [InlineData("""{"hosts":{}}""", "peers is missing")]
    public void A_setting_that_the_device_would_refuse_is_refused_before_it_is_signed(string site, string words)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq") && Shell.Has("openssl"), "needs a POSIX shell, jq and openssl");
        Make();
        (int exit, string said) = Provision(site);
        Assert.Equal(1, exit);
        Assert.Contains(words, said, StringComparison.Ordinal);
        Assert.False(File.Exists(In("kiosk-1.provision")));
    }

    [SkippableFact]
    public void The_example_of_a_sites_settings_is_accepted()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq") && Shell.Has("openssl"), "needs a POSIX shell, jq and openssl");
        Make();
        (int exit, string said) = Provision(File.ReadAllText(Path.Combine(Shell.Image, "provision/site.example.json")));
        Assert.True(exit == 0, said);
    }

    // The device's request, the reception's answer, a trust anchor and a provisioning key.
    private void Make()
    {
        Directory.CreateDirectory(In("trust"));
        File.WriteAllText(In("trust/jpki-test.pem"), "");
        const string key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        Sh($"openssl req -new {key} -keyout {In("kiosk.key")} -subj /CN=kiosk-1 -out {In("kiosk.csr")}");
        Sh($"openssl req -x509 {key} -keyout {In("provision.key")} -subj /CN=signer -out {In("provision.crt")}");
        Sh($"openssl req -x509 {key} -keyout {In("escrow.key")} -subj /CN=escrow -out {In("escrow.crt")}");
        JsonObject answer = new()
        {
            ["kiosk"] = "kiosk-1",
            ["address"] = "https://192.0.2.1:8601",
            ["pins"] = new JsonArray("jqKHRgEDxIpxvDhPtBAmk6ub3Dkzqg0XvO9mQbvdrmI="),
            ["certificate"] = "",
            ["ca"] = "",
        };
        string content = Convert.ToBase64String(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        File.WriteAllText(In("answer"), JsonSerializer.Serialize(new { content }));
    }

    private (int Exit, string Said) Provision(string site)
    {
        File.WriteAllText(In("site"), site);
        return Shell.Run(Path.Combine(Shell.Image, "provision/provision.sh"),
            ["--csr", In("kiosk.csr"), "--answer", In("answer"), "--site", In("site"), "--trust", In("trust"),
                "--keys", _home, "--out", _home]);
    }

    private static void Sh(string command)
    {
        (int exit, string said) = Shell.Run("/bin/sh", ["-c", command]);
        Assert.True(exit == 0, said);
    }

    private string In(string name) => Path.Combine(_home, name);
}
