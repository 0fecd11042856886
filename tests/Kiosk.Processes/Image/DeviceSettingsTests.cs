using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiosk.Processes.Image;

/// <summary>
/// The scripts setup and stick, from the device's first start over its provisioning to its wipe, with files that provision.sh signs. In
/// most tests somebody is hostile: the kiosk's own user, the maker of a stick, or the owner of an old signing key.
/// </summary>
public sealed class DeviceSettingsTests : IDisposable
{
    private const string MakeCertificate = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    private const string Own = "var/lib/kiosk-device", Kiosk = "var/lib/kiosk";
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly DeviceRoot _device = new();
    private readonly bool _isRoot;

    public DeviceSettingsTests()
    {
        string[] tools = ["openssl", "jq", "tar", "setpriv"];
        Skip.IfNot(tools.All(Shell.Has), string.Join(", ", tools));
        _isRoot = _device.Sh("id -u").Trim() == "0";
        if (_isRoot) _device.Sh($"/usr/bin/chown 65534:65534 @/{Kiosk}");
        _device.Program("qrencode", "cat >/dev/null; for last; do :; done; : >\"$last\"");
        _device.Program("systemctl",
            "case \"$*\" in *'restart kiosk-setup.service'*) exec sh @/usr/lib/kiosk/setup ;; esac; echo \"$*\" >>@/done");
        foreach (string program in (string[])["systemd-mount", "systemd-umount", "logger", "sync"]) _device.Program(program, "exit 0");
        _device.Program("usr/lib/kiosk/data", "echo \"data $*\" >>@/done");
        foreach (string folder in (string[])["keys", "trust", "run/kiosk/stick"]) Directory.CreateDirectory(_device.In(folder));
        _device.Write("trust/jpki-test.pem", "anchor\n");
        Signer(_now.AddDays(-1), _now.AddYears(1));
        Escrow();
        Setup();
    }

    public void Dispose() => _device.Dispose();

    private string Id => _device.Text("run/kiosk/id").Trim();

    [SkippableFact]
    public void A_device_is_provisioned_by_a_signed_file_and_its_recovery_key_goes_to_the_provisioner_only()
    {
        Assert.False(IsProvisioned);
        _device.Write($"{Own}/recovery-key", "nculbtdg-nkdkdcdf");
        Stick(Provision());
        Assert.True(IsProvisioned, _device.Console);
        Assert.Equal("127.0.0.1 localhost kiosk\n192.168.10.5 reception.clinic\n", _device.Text("run/kiosk/hosts"));
        Assert.Equal("add element inet kiosk peers4 { 192.168.10.5 . 8601 }\nadd element inet kiosk peers6 { fd00::5 . 443 }\n",
            _device.Text("run/kiosk/peers.nft"));
        Assert.Equal("[Time]\nNTP=192.168.10.1\n", _device.Text("run/systemd/timesyncd.conf.d/site.conf"));
        Assert.Contains("Address=192.168.10.21/24\nGateway=192.168.10.1\n", _device.Text("run/systemd/network/40-site.network"),
            StringComparison.Ordinal);
        Assert.Equal("https://192.168.10.9", (string)JsonNode.Parse(_device.Text("run/kiosk/update/settings.json"))!["url"]!);
        Assert.Equal(Id, (string)JsonNode.Parse(_device.Text($"{Kiosk}/kiosk.json"))!["id"]!);
        if (_isRoot) Assert.Equal("nobody\n", _device.Sh($"cd @/{Kiosk}; stat -c %U kiosk.json kiosk.key kiosk.pem | uniq"));

        // The recovery key left the device, encrypted; the provisioner makes of it the order that opens the data.
        Assert.False(File.Exists(_device.In($"{Own}/recovery-key")));
        string recovery = _device.In($"run/kiosk/stick/{Id}.recovery");
        Assert.DoesNotContain("nculbtdg", File.ReadAllText(recovery, Encoding.Latin1), StringComparison.Ordinal);
        (int exit, string said) = Sign("--recovery", recovery);
        Assert.True(exit == 0, said);
        File.Delete(_device.In($"run/kiosk/stick/{Id}.provision"));
        _device.Write("run/kiosk/data-lost", "K632 lost\n");
        File.Delete(_device.In("run/kiosk/provisioned"));
        _device.Program("usr/lib/kiosk/data", "echo \"data $1 $(cat \"$2\")\" >>@/done");
        Stick(_device.In($"{Id}.unlock"));
        Assert.Contains("data unlock nculbtdg-nkdkdcdf\n", _device.Text("done"), StringComparison.Ordinal);
        Assert.False(File.Exists(_device.In("run/kiosk/unlock-key")));
    }

    [SkippableFact]
    public void A_recovery_key_that_cannot_be_given_away_stops_the_provisioning()
    {
        _device.Write($"{Own}/recovery-key", "nculbtdg-nkdkdcdf");
        Stick(Signed(Content(with: "escrow.pem", text: "")));
        Assert.False(IsProvisioned);
        Assert.Contains("no escrow.pem", _device.Console, StringComparison.Ordinal);
        Assert.True(File.Exists(_device.In($"{Own}/recovery-key")));
    }

    /// <summary>A program with the kiosk's rights writes what root would read, and puts links where root would write.</summary>
    [SkippableFact]
    public void What_the_kiosks_user_writes_is_undone_at_the_next_start_and_reaches_nothing_of_root()
    {
        Skip.IfNot(_isRoot, "needs root: the kiosk's user must be another one");
        Stick(Provision());
        string hosts = _device.Text("run/kiosk/hosts"), peers = _device.Text("run/kiosk/peers.nft");
        string kiosk = _device.Text($"{Kiosk}/kiosk.json");
        _device.Write("secret", "of root");
        _device.Sh("chmod 600 @/secret");
        AsKiosk("""
            cd @/var/lib/kiosk; rm -f kiosk.json ca.pem kiosk.pem kiosk.key
            printf '{"hosts":{"evil":"1.2.3.4"},"peers":["1.2.3.4:1"]}' >site.json; : >site.provision; : >seed; : >rollback.txt
            for name in kiosk.json ca.pem kiosk.pem kiosk.key .key rollback.txt.new; do ln -sf @/secret $name; done
            echo evil >trust/jpki-evil.pem; mv trust elsewhere; ln -s @/etc trust
            """);
        Setup();
        Assert.Equal("of root", _device.Text("secret"));
        Assert.True(Directory.Exists(_device.In("etc/kiosk")));
        Assert.Equal(hosts, _device.Text("run/kiosk/hosts"));
        Assert.Equal(peers, _device.Text("run/kiosk/peers.nft"));
        Assert.Equal(kiosk, _device.Text($"{Kiosk}/kiosk.json"));
        Assert.Equal("jpki-test.pem", Path.GetFileName(Directory.GetFiles(_device.In($"{Kiosk}/trust")).Single()));
        // What root keeps, the kiosk's user cannot write.
        Assert.Equal("no\n", AsKiosk("touch @/var/lib/kiosk-device/x 2>/dev/null && echo yes || echo no"));
        Assert.Equal("no\n", AsKiosk("cat @/var/lib/kiosk-device/site.provision 2>/dev/null && echo yes || echo no"));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(-300)]
    public void Stored_settings_that_were_changed_are_not_used(int at)
    {
        Stick(Provision());
        Setup();
        Assert.True(IsProvisioned);
        string stored = _device.In($"{Own}/site.provision");
        byte[] bytes = File.ReadAllBytes(stored);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(stored, bytes);
        Setup();
        Assert.False(IsProvisioned);
        Assert.Contains("the stored settings are not used: refused", _device.Console, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1 localhost kiosk\n", _device.Text("run/kiosk/hosts"));
        Assert.False(File.Exists(_device.In("run/kiosk/peers.nft")));
    }

    /// <summary>Signed, but not made by provision.sh: one value would be read as something else by the program it is for.</summary>
    [SkippableTheory]
    [InlineData("update.url", "https://192.168.10.9\nKIOSK_INSTALL=/bin/sh")]
    [InlineData("update.url", "http://192.168.10.9")]
    [InlineData("update.url", "https://a@192.168.10.9")]
    [InlineData("update.url", "--config=/etc/passwd")]
    [InlineData("update.token", "x\r\nX-Header: y")]
    [InlineData("update.tenant", "../../other")]
    [InlineData("ntp", "192.168.10.1\nFallbackNTP=evil.example")]
    [InlineData("network.gateway", "192.168.10.1\n[Route]\nGateway=192.168.10.66")]
    [InlineData("network.address", "192.168.10.21/24\nDNS=192.168.10.66")]
    [InlineData("network.address", "192.168.10.21")]
    [InlineData("network.extra", "x")]
    [InlineData("peers", "192.168.10.5:8601")]
    [InlineData("peers.0", "192.168.10.5 . 1 }; flush ruleset; add element inet kiosk peers4 { 1.2.3.4:8601")]
    [InlineData("peers.0", "0.0.0.0/0:8601")]
    [InlineData("peers.0", "192.168.10.5:8601\n")]
    [InlineData("peers.0", "[fd00::5 . 443 }\nflush ruleset\n#]:443")]
    [InlineData("hosts.reception clinic", "192.168.10.5")]
    [InlineData("hosts.localhost", "192.168.10.5")]
    [InlineData("hosts.a\n127.0.0.1 b", "192.168.10.5")]
    [InlineData("hosts.reception", "192.168.10.5 evil\n")]
    [InlineData("exec", "reboot")]
    public void A_signed_value_of_another_form_is_refused_before_any_program_reads_it(string path, string value)
    {
        JsonNode site = JsonNode.Parse(Site())!;
        string[] keys = path.Split('.', 2);
        if (keys.Length == 1) site[path] = value;
        else if (keys[0] == "peers") site["peers"]![0] = value;
        else site[keys[0]]![keys[1]] = value;
        Stick(Signed(Content(with: "site.json", text: site.ToJsonString())));
        Assert.False(IsProvisioned);
        Assert.Contains("refused: site.json: ", _device.Console, StringComparison.Ordinal);
        Assert.False(File.Exists(_device.In("run/kiosk/update/settings.json")));
        Assert.False(File.Exists(_device.In($"{Own}/site.provision")));
    }

    [SkippableTheory]
    [InlineData("{}{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    public void Settings_that_are_not_one_object_are_refused(string text)
    {
        Stick(Signed(Content(with: "site.json", text: text)));
        Assert.False(IsProvisioned);
        Assert.Contains("refused: ", _device.Console, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("ln -s /etc/passwd extra; tar -rf tar extra")]
    [InlineData("ln -s /etc/passwd trust/jpki-x.pem; tar -rf tar trust/jpki-x.pem")]
    [InlineData("mkdir trust/jpki-d.pem; tar -rf tar trust/jpki-d.pem")]
    [InlineData("tar -rf tar site.json")]
    [InlineData("cp ca.pem ../escaped; tar -P -rf tar ../escaped")]
    [InlineData("cp ca.pem trust/cv-..pem; mkdir -p trust/x; cp ca.pem trust/x/jpki-a.pem; tar -rf tar trust/x/jpki-a.pem")]
    [InlineData("cp ca.pem seed; tar -rf tar seed")]
    [InlineData("mkfifo trust/cv-a.pem; tar -rf tar trust/cv-a.pem")]
    [InlineData("echo nothing >tar")]
    public void A_signed_archive_with_anything_else_in_it_is_refused(string change)
    {
        string folder = Content();
        _device.Sh($"cd {folder}; {change}");
        Stick(Signed(folder));
        Assert.False(IsProvisioned);
        Assert.Contains($"{Id}.provision: refused: ", _device.Console, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_file_for_another_device_or_another_key_is_refused()
    {
        string good = Content(), kiosk = File.ReadAllText(Path.Combine(good, "kiosk.json"));
        Stick(Signed(Content(with: "kiosk.json", text: kiosk.Replace(Id, "kiosk-other", StringComparison.Ordinal))));
        Assert.Contains("refused: it is for kiosk-other", _device.Console, StringComparison.Ordinal);
        _device.Sh($"{MakeCertificate} -subj /CN=x -keyout @/x.key -out @/x.pem 2>/dev/null");
        Stick(Signed(Content(with: "kiosk.pem", text: _device.Text("x.pem"))));
        Assert.Contains("the certificate is not for this device's key", _device.Console, StringComparison.Ordinal);
        Assert.False(IsProvisioned);
    }

    [SkippableFact]
    public void A_clock_behind_the_signers_certificate_refuses_nothing_and_the_message_says_what_the_clock_says()
    {
        Signer(_now.AddYears(3), _now.AddYears(5));
        Stick(Provision());
        Assert.True(IsProvisioned, _device.Console);
        Assert.Matches(@"this device's clock says \d{4}-\d\d-\d\d \d\d:\d\d UTC, before the signer's certificate begins", _device.Console);
    }

    [SkippableFact]
    public void A_certificate_that_has_ended_is_told_apart_from_a_wrong_signature()
    {
        Signer(_now.AddYears(-3), _now.AddDays(-2));
        Stick(Provision());
        Assert.False(IsProvisioned);
        Assert.Matches(
            @"the signature is right, but its certificate ended on \d{4}-\d\d-\d\d, and this device's clock says \d{4}-", _device.Console);
        Assert.Contains("set it in the firmware", _device.Console, StringComparison.Ordinal);

        // Another CA's signer, valid or not: not trusted.
        string trusted = _device.Text("etc/kiosk/provision-ca.pem");
        Signer(_now.AddYears(-3), _now.AddYears(3));
        _device.Write("etc/kiosk/provision-ca.pem", trusted);
        Stick(Provision());
        Assert.False(IsProvisioned);
        Assert.Contains("refused: not signed with a provisioning key that this device trusts", _device.Console, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Settings_stay_in_use_when_their_signers_certificate_ends()
    {
        Signer(_now.AddYears(-3), _now.AddDays(-2));
        // As accepted two years ago.
        File.Copy(Provision(), _device.In($"{Own}/site.provision"));
        Setup();
        Assert.True(IsProvisioned, _device.Console);
    }

    [SkippableFact]
    public void An_order_to_wipe_is_good_once_and_for_one_devices_key()
    {
        Stick(Provision());
        string csr = _device.In($"{Id}.csr");
        Assert.Equal(0, Sign("--csr", csr, "--wipe").Exit);
        string order = _device.In($"{Id}.wipe"), kept = _device.In("kept.wipe");
        File.Copy(order, kept);

        // The same words without the key, as orders were before; and an order for another device's key.
        foreach (string old in (string[])[$"wipe {Id}", $"wipe {Id} key {new string('0', 64)}", $"wipe {Id} data none"])
        {
            _device.Write("order", old + "\n");
            Cms(_device.In("order"), order);
            Stick(order);
            Assert.DoesNotContain("data wipe", _device.Text("done"), StringComparison.Ordinal);
            Assert.Contains("refused; it is for another device, or was carried out already", _device.Console, StringComparison.Ordinal);
        }

        Stick(kept, $"{Id}.wipe");
        Assert.Contains("data wipe", _device.Text("done"), StringComparison.Ordinal);

        // After the wipe the device makes a new key: the order on the stick that was left in is used up.
        _device.Sh($"rm -rf @/{Kiosk}/* @/{Own}/site.provision @/{Own}/key; : >@/done");
        Setup();
        Stick(kept, $"{Id}.wipe");
        Assert.DoesNotContain("data wipe", _device.Text("done"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_order_to_wipe_still_fits_after_the_kiosk_has_renewed_its_key()
    {
        Stick(Provision());
        Assert.Equal(0, Sign("--csr", _device.In($"{Id}.csr"), "--wipe").Exit);
        AsKiosk("cd @/var/lib/kiosk; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out kiosk.key 2>/dev/null");
        Setup();
        Stick(_device.In($"{Id}.wipe"));
        Assert.Contains("data wipe", _device.Text("done"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_device_that_cannot_read_its_data_says_so_makes_nothing_and_takes_only_what_mends_it()
    {
        string provision = Provision();
        _device.Sh($"rm -rf @/{Kiosk}/* @/{Own}/*");
        _device.Write("run/kiosk/data-lost", "K632 the file system is damaged (fsck 4); start again, then order a wipe\n");
        _device.Write("run/kiosk/data-uuid", "B915B6D8-6358-7B40-951F-E26B293C8D89\n");
        string id = Id;
        _device.Write("sys/class/dmi/id/product_uuid", "4c4c4544-0000-0000-0000-000000000001");
        Setup();
        Assert.Empty(Directory.GetFileSystemEntries(_device.In(Kiosk)));
        string page = _device.Text("run/kiosk-setup/index.html");
        Assert.Contains("(K632)", page, StringComparison.Ordinal);
        Assert.Contains("the file system is damaged (fsck 4); start again, then order a wipe", page, StringComparison.Ordinal);
        Assert.NotEqual(id, Id);
        Stick(provision, $"{Id}.provision");
        Assert.False(IsProvisioned);
        Assert.Empty(Directory.GetFileSystemEntries(_device.In(Kiosk)));
        string lost = _device.In($"run/kiosk/stick/{Id}.lost");
        Assert.Equal($"lost {Id} B915B6D8-6358-7B40-951F-E26B293C8D89\n", File.ReadAllText(lost));
        Assert.Equal(0, Sign("--lost", lost, "--wipe").Exit);
        Stick(_device.In($"{Id}.wipe"));
        Assert.Contains("data wipe", _device.Text("done"), StringComparison.Ordinal);
        // The partition that is made next has another identifier.
        _device.Write("done", "");
        _device.Write("run/kiosk/data-uuid", "00000000-6358-7B40-951F-E26B293C8D89\n");
        Stick(_device.In($"{Id}.wipe"));
        Assert.Equal("", _device.Text("done"));
    }

    private bool IsProvisioned => File.Exists(_device.In("run/kiosk/provisioned"));

    private static string Site() => /*lang=json,strict*/ """
        {"hosts":{"reception.clinic":"192.168.10.5"},"peers":["192.168.10.5:8601","[fd00::5]:443"],"ntp":"192.168.10.1",
         "network":{"address":"192.168.10.21/24","gateway":"192.168.10.1"},
         "update":{"url":"https://192.168.10.9","tenant":"DEFAULT","token":"abc"}}
        """;

    private void Setup()
    {
        (int exit, string said) = _device.Run("setup");
        Assert.True(exit == 0, said + _device.Console);
    }

    // The stick holds this file alone.
    private void Stick(string file, string? name = null)
    {
        foreach (string old in Directory.GetFiles(_device.In("run/kiosk/stick"))) if (old != file) File.Delete(old);
        File.Copy(file, _device.In($"run/kiosk/stick/{name ?? Path.GetFileName(file)}"), overwrite: true);
        (int exit, string said) = _device.Run("stick /dev/sdx1");
        Assert.True(exit == 0, said + _device.Console);
    }

    // Runs as the kiosk's user.
    private string AsKiosk(string command)
    {
        _device.Write("as-kiosk", command.Replace("@/", _device.Home + "/", StringComparison.Ordinal));
        return _device.Sh("setpriv --reuid=kiosk -- sh -eu @/as-kiosk");
    }

    // A CA and a signer with the given validity; the device trusts the CA.
    private void Signer(DateTimeOffset from, DateTimeOffset to)
    {
        using ECDsa caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest ca = new("CN=provision CA", caKey, HashAlgorithmName.SHA256);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 issuer = ca.CreateSelfSigned(_now.AddYears(-10), _now.AddYears(10));
        CertificateRequest signer = new("CN=signer", key, HashAlgorithmName.SHA256);
        signer.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using X509Certificate2 certificate = signer.Create(issuer, from, to, [1, 2, 3]);
        _device.Write("keys/provision.crt", certificate.ExportCertificatePem());
        _device.Write("keys/provision.key", key.ExportPkcs8PrivateKeyPem());
        _device.Write("etc/kiosk/provision-ca.pem", issuer.ExportCertificatePem());
    }

    // The key to which devices encrypt their recovery keys.
    private void Escrow()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=escrow", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(_now.AddDays(-1), _now.AddYears(9));
        _device.Write("keys/escrow.key", key.ExportPkcs8PrivateKeyPem());
        _device.Write("keys/escrow.crt", certificate.ExportCertificatePem());
    }

    // The device's request, the reception's answer, and the file that provision.sh signs.
    private string Provision()
    {
        _device.Sh($"cp @/run/kiosk-setup/request.pem @/{Id}.csr; " +
            $"{MakeCertificate} -subj /CN=ca -keyout @/ca.key -out @/ca.pem 2>/dev/null; " +
            $"openssl x509 -req -in @/{Id}.csr -CA @/ca.pem -CAkey @/ca.key -CAcreateserial -days 30 -out @/kiosk.pem 2>/dev/null");
        string answer = JsonSerializer.Serialize(new
        {
            kiosk = Id,
            address = "https://192.168.10.5:8601",
            pins = new[] { "pin" },
            certificate = _device.Text("kiosk.pem"),
            ca = _device.Text("ca.pem"),
        });
        _device.Write("answer", JsonSerializer.Serialize(new { content = Convert.ToBase64String(Encoding.UTF8.GetBytes(answer)) }));
        _device.Write("site.json", Site());
        (int exit, string said) = Sign("--csr", _device.In($"{Id}.csr"), "--answer", _device.In("answer"),
            "--site", _device.In("site.json"), "--trust", _device.In("trust"));
        Assert.True(exit == 0, said);
        return _device.In($"{Id}.provision");
    }

    // The unpacked content of a good provisioning file, with one file changed, and packed again as "tar" in it.
    private string Content(string with = "", string text = "")
    {
        string folder = _device.In("content");
        _device.Sh($"rm -rf {folder}; mkdir {folder}; cd {folder}; " +
            $"openssl cms -verify -noverify -binary -inform DER -in {Provision()} -out tar 2>/dev/null; tar -xf tar");
        if (with.Length > 0) File.WriteAllText(Path.Combine(folder, with), text);
        _device.Sh($"cd {folder}; tar -cf tar *.json *.pem trust/*");
        return folder;
    }

    private string Signed(string folder)
    {
        Cms(Path.Combine(folder, "tar"), _device.In($"{Id}.provision"));
        return _device.In($"{Id}.provision");
    }

    private void Cms(string content, string signed) => _device.Sh($"openssl cms -sign -binary -nodetach -in {content} " +
        $"-signer @/keys/provision.crt -inkey @/keys/provision.key -outform DER -out {signed}");

    private (int Exit, string Said) Sign(params string[] arguments) => Shell.Run(
        Path.Combine(Shell.Image, "provision/provision.sh"), [.. arguments, "--keys", _device.In("keys"), "--out", _device.Home]);
}
