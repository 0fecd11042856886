using Kiosk.Core.Failures;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.Processes.Reception;

/// <summary>A program that cannot start names what is wrong and what to do.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_missing_certificate_a_port_in_use_and_a_folder_that_cannot_be_written_are_named()
    {
        await using Facility facility = await Facility.OpenAsync();
        ReceptionOptions good = facility.Options() with { Database = Path.Combine(facility.Dir, "other.db") };
        await NamesAsync("none.pem", good with { CertificateFile = Path.Combine(facility.Dir, "none.pem") });
        await NamesAsync("none.key", good with { KeyFile = Path.Combine(facility.Dir, "none.key") });
        await NamesAsync($"port 127.0.0.1:{facility.Host.LinkPort}", good with { Port = facility.Host.LinkPort });
        await NamesAsync("none/a.db", good with { Database = Path.Combine(facility.Dir, "none/a.db") });
        await NamesAsync("staff-code", good with { StaffCodeFile = Path.Combine(facility.Dir, "none.json") });
        await NamesAsync("desk.https", good with { Desk = new() { Listen = "0.0.0.0" } });
    }

    [Theory]
    [InlineData("""{"database":"a.db","caFile":"a","certificateFile":"b","keyFile":"c","prot":1}""", "prot")]
    [InlineData("""{"database":"a.db","caFile":"a","certificateFile":"b"}""", "keyFile")]
    [InlineData("""{"database":"a.db","caFile":"a","certificateFile":"b","keyFile":"c","joinMinutes":900}""", "joinMinutes")]
    [InlineData("{", "configuration")]
    public void A_configuration_with_a_mistake_names_it(string json, string word)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, json);
        Assert.Contains(word, Assert.Throws<StartException>(() => ReceptionConfig.Load(file)).Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task A_kiosk_names_the_certificate_file_that_it_cannot_use()
    {
        await using Facility facility = await Facility.OpenAsync();
        ReceptionLinkOptions good = facility.LinkOptions();
        Broken("none.pem", good with { CaFile = Path.Combine(facility.Dir, "none.pem") });
        Broken("server.pem", good with { CertificateFile = facility.Pki.ServerCertificate, KeyFile = facility.Pki.ServerKey });
        Broken("kiosk-k1.pem", good with { KeyFile = facility.Pki.ServerKey });
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(good.KeyFile!, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Broken("chmod 600", good);
        }
    }

    [Fact]
    public void Existing_certificates_are_kept_and_a_missing_key_is_not_made_again()
    {
        string dir = Directory.CreateTempSubdirectory("kiosk-pki-").FullName;
        PkiFiles first = FacilityPki.Write(dir, ["localhost"], "k1", TimeProvider.System);
        string ca = File.ReadAllText(first.Ca);
        Assert.Equal(first, FacilityPki.Write(dir, ["localhost"], "k1", TimeProvider.System));
        FacilityPki.Write(dir, ["localhost"], "k2", TimeProvider.System);
        Assert.Equal(ca, File.ReadAllText(first.Ca));
        File.Delete(Path.Combine(dir, "ca.key"));
        Assert.Contains("ca.key", Assert.Throws<StartException>(
            () => FacilityPki.Write(dir, ["localhost"], "k3", TimeProvider.System)).Message, StringComparison.Ordinal);
        Directory.Delete(dir, recursive: true);
    }

    private static void Broken(string word, ReceptionLinkOptions options)
    {
        FailureException e = Assert.Throws<FailureException>(() => GrpcReceptionLink.Open(options, TimeProvider.System));
        Assert.Equal(Failure.CertificateFileBroken, e.Failure);
        Assert.Contains(word, e.Detail, StringComparison.Ordinal);
    }

    private static async Task NamesAsync(string word, ReceptionOptions options)
    {
        StartException e = await Assert.ThrowsAsync<StartException>(() => ReceptionHost.StartAsync(options, CancellationToken.None));
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }
}
