using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.App.Commissioning;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Kiosk.Simulators.Board;
using Kiosk.Simulators.Camera;
using Kiosk.Tests;

namespace Kiosk.Processes.Commissioning;

public sealed class CommissionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-commission-").FullName;
    private readonly SimulatedBoard _board = new();
    private readonly SimulatedPeople _people = new();
    private readonly SimulatedCamera _camera;
    private readonly StringWriter _told = new();

    public CommissionTests()
    {
        _camera = new SimulatedCamera(_people, TimeProvider.System) { Person = Person.Nobody };
        WriteCertificate(days: 365);
    }

    public void Dispose()
    {
        _board.Dispose();
        _people.Dispose();
        _told.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SelfTestParts Parts() => new(
        "kiosk-1", new Uri("https://127.0.0.1:1"), At("kiosk.pem"), At("kiosk.key"), () => "2 anchors", () => "an engine",
        () => throw new FailureException(Failure.ReaderMissing, "*"), _camera, _ => Task.FromResult("mutual TLS"), _folder,
        [.. SimulatedBoard.Entries.Select(e => e with { Driver = "simulated" })], _board);

    [Fact]
    public async Task Each_part_is_looked_at_and_what_is_missing_has_its_failure_and_remedy()
    {
        _board.TheCase.Set(true);
        IReadOnlyList<SelfCheck> checks = await new SelfTest(Parts(), TimeProvider.System).RunAsync(_ => { }, CancellationToken.None);
        Assert.Equal(9 + SimulatedBoard.Entries.Count, checks.Count);
        Assert.Equal(Failure.TamperOpened, checks.Single(c => c.Name == DeviceClass.Tamper).Failure);
        Assert.Equal(Failure.ReaderMissing, checks.Single(c => c.Name == "reader").Failure);
        // Nothing listens on port 1.
        Assert.Equal(Failure.ReceptionUnreachable, checks.Single(c => c.Name == "network").Failure);
        Assert.All(checks.Where(c => !c.Good), c => Assert.NotEmpty(c.Remedy!));
        Assert.All(checks.Where(c => c.Name is "clock" or "storage" or "certificate" or "camera" or "ambient-light" or "temperature"), c =>
            Assert.True(c.Good, $"{c.Name}: {c.Detail}"));
        Assert.Contains("400 lx", checks.Single(c => c.Name == "ambient-light").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_ends_within_a_month_is_told_before_it_does()
    {
        WriteCertificate(days: 12);
        IReadOnlyList<SelfCheck> checks = await new SelfTest(Parts(), TimeProvider.System).RunAsync(_ => { }, CancellationToken.None);
        Assert.Equal(Failure.CertificateFileBroken, checks.Single(c => c.Name == "certificate").Failure);
    }

    [Fact]
    public async Task The_report_is_signed_by_the_kiosks_key_and_openssl_agrees()
    {
        int exit = await Run(Path.Combine(Golden.Root(), "hardware/commission.example.json"));
        // Network and reader are not there in this test: the report says so and is written all the same.
        Assert.Equal(1, exit);
        string page = await File.ReadAllTextAsync(At("report/completion.html"));
        foreach (string word in (string[])["設置完了報告書", "例クリニック", "K-0001", "汎用リーダー 目視", "被保険者番号の手入力", "既存システムなし", "不合格"])
            Assert.Contains(word, page, StringComparison.Ordinal);
        foreach (string foreign in (string[])["http:", "https:", "<script", "src=", "href="])
            Assert.DoesNotContain(foreign, page, StringComparison.Ordinal);

        Assert.Equal("Verified OK", await OpenSsl());
        await File.AppendAllTextAsync(At("report/completion.html"), " ");
        Assert.NotEqual("Verified OK", await OpenSsl());
    }

    [Fact]
    public async Task A_technician_is_asked_until_the_answer_is_whole()
    {
        string answers = string.Join('\n',
            (string[])["院", "受付", "S-1", "yes", "ng", "", "ng", "暗い", .. Good(CommissionItem.All.Skip(1))]) + "\n";
        using StringReader input = new(answers);
        Assert.Equal(1, await new Commission(Parts(), TimeProvider.System)
            .RunAsync(null, At("report"), input, _told, CancellationToken.None));
        Assert.Contains("× 否</td><td>暗い", await File.ReadAllTextAsync(At("report/completion.html")), StringComparison.Ordinal);
    }

    /// <summary>What a technician types for good results: "ok", and a figure where one is asked for.</summary>
    private static IEnumerable<string> Good(IEnumerable<CommissionItem> items) => items.SelectMany(i => i.Kind switch
    {
        FigureKind.Count => (string[])["ok", "12"],
        FigureKind.Date => ["ok", "2027-04-01"],
        _ => ["ok"],
    });

    [Theory]
    [InlineData("start", "2027-04-01", true)]
    [InlineData("start", "2027/4/1", false)]
    [InlineData("start", "2027-02-30", false)]
    [InlineData("start", "", false)]
    [InlineData("drugs", "6", true)]
    [InlineData("drugs", "many", false)]
    [InlineData("drugs", "-1", false)]
    [InlineData("face", "", true)]
    public void A_good_result_needs_its_figure(string key, string figure, bool isComplete) =>
        Assert.Equal(isComplete, CommissionItem.All.Single(i => i.Key == key).IsComplete(new("ok", "", figure)));

    [Fact]
    public async Task The_report_states_the_figures_and_the_day_on_which_operation_begins()
    {
        await Run(Path.Combine(Golden.Root(), "hardware/commission.example.json"));
        string page = await File.ReadAllTextAsync(At("report/completion.html"));
        foreach (string stated in (string[])["表示された薬剤の件数 6", "表示された健診の回数 3", "電子証明書の有効期限 2028-03-31", "運用開始日 2027-04-01"])
            Assert.Contains(stated, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_technician_types_is_escaped_on_the_report()
    {
        const string Hostile = "<script>x</script>\"'&";
        string answers = string.Join('\n',
            (string[])[Hostile, Hostile, Hostile, "ng", Hostile, .. Good(CommissionItem.All.Skip(1))]) + "\n";
        using StringReader input = new(answers);
        await new Commission(Parts(), TimeProvider.System).RunAsync(null, At("report"), input, _told, CancellationToken.None);
        string page = await File.ReadAllTextAsync(At("report/completion.html"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        // Site, place, serial number and the note.
        Assert.Equal(4, page.Split("&lt;script&gt;x&lt;/script&gt;&quot;&#x27;&amp;").Length - 1);
    }

    [Theory]
    [InlineData("{}", "site")]
    [InlineData("""{"site":"s","place":"p","kioskSerial":"1"}""", "items")]
    [InlineData("""{"site":"s","place":"p","kioskSerial":"1","items":{"face":{"result":"ng"}}}""", "items.face")]
    [InlineData("""{"site":"s","place":"p","kioskSerial":"1","items":{"face":{"result":"maybe"}}}""", "items.face")]
    public async Task Wrong_answers_are_named_before_anything_is_done(string text, string named)
    {
        await File.WriteAllTextAsync(At("answers.json"), text);
        FailureException wrong = await Assert.ThrowsAsync<FailureException>(() => Run(At("answers.json")));
        Assert.Equal(Failure.ConfigBroken, wrong.Failure);
        Assert.Contains(named, wrong.Detail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("report")));
    }

    [Fact]
    public async Task Without_a_key_that_fits_nothing_begins()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(At("kiosk.key"), other.ExportPkcs8PrivateKeyPem());
        FailureException wrong = await Assert.ThrowsAsync<FailureException>(() =>
            Run(Path.Combine(Golden.Root(), "hardware/commission.example.json")));
        Assert.Equal(Failure.CertificateFileBroken, wrong.Failure);
        Assert.Empty(_told.ToString());
    }

    private Task<int> Run(string answers) =>
        new Commission(Parts(), TimeProvider.System).RunAsync(answers, At("report"), TextReader.Null, _told, CancellationToken.None);

    private string At(string file) => Path.Combine(_folder, file);

    private void WriteCertificate(int days)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = new CertificateRequest("CN=kiosk-1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(days));
        File.WriteAllText(At("kiosk.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(At("kiosk.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The command the report itself names.</summary>
    private async Task<string> OpenSsl()
    {
        ProcessStartInfo start = new("/bin/sh")
        {
            WorkingDirectory = At("report"),
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("openssl x509 -in certificate.pem -pubkey -noout > key.pem && openssl dgst -sha256 -verify key.pem "
            + "-signature completion.html.sig completion.html");
        using Process process = Process.Start(start)!;
        string told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return told.Trim();
    }
}
