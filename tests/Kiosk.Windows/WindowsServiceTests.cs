using System.Diagnostics;
using System.Text;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Windows;

/// <summary>The kiosk under the service control manager; files, folders and pairing.</summary>
[Collection(Wine.Collection)]
public sealed class WindowsServiceTests
{
    public WindowsServiceTests(Wine wine)
    {
        Skip.IfNot(LongTests.Wanted, LongTests.Skipped);
        Skip.IfNot(wine.Missing is null, wine.Missing);
        Skip.IfNot(Patient.Missing is null, Patient.Missing);
    }

    [SkippableFact]
    public async Task As_a_service_the_kiosk_starts_serves_a_visit_and_stops_in_order()
    {
        using Clinic clinic = new();
        clinic.Configure();
        using Service kiosk = new("KioskTest", Wine.TestProgram, $"--config \"{clinic.OnDrive("kiosk.json")}\" --check-ins "
            + $"\"{clinic.OnDrive("check-ins.jsonl")}\" --service --browser-url \"{clinic.OnDrive("screen.html")}\"");
        kiosk.Start();
        await UntilAsync(() => Task.FromResult(File.Exists(clinic.In("screen.html"))));
        await using Patient patient = await Patient.OpenAsync("file://" + clinic.In("screen.html"));
        await patient.SeeAsync("Idle");
        clinic.Insert("standard");
        await patient.VisitAsync(VirtualCards.Pin("standard")!);
        clinic.Remove();
        await patient.SeeAsync("Idle");
        Assert.Equal(["Pin"], clinic.CheckIns());

        kiosk.Stop();
        await UntilAsync(async () => await clinic.HealthAsync() is null);
        // In order: the smart-card service is released, and no check-in is left in the journal.
        await UntilAsync(() => Task.FromResult(clinic.Cards.Open == (0, 0)));
        Assert.Equal(0, new FileInfo(clinic.In("kiosk.journal")).Length);
    }

    [SkippableFact]
    public async Task The_receptions_folders_for_the_receipt_computer_work_on_a_drive_letter_and_on_a_share()
    {
        using Clinic clinic = new();
        string requests = Directory.CreateDirectory(clinic.In("レセコン/Req")).FullName;
        string results = Directory.CreateDirectory(clinic.In("共有/Res")).FullName;
        Wine.Map("t:", clinic.In("レセコン"));
        Wine.Map("unc/recepc/oqs", clinic.In("共有"));
        using WineProgram folders = Wine.Start(Wine.TestProgram, "oqs", @"T:\req", @"\\RECEPC\OQS\Res");
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding shiftJis = Encoding.GetEncoding(932);
        string text = "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\r\n<XmlMsg><MessageBody><InsurerNumber>01130012"
            + "</InsurerNumber><InsuredCardSymbol>記号</InsuredCardSymbol><InsuredIdentificationNumber>1"
            + "</InsuredIdentificationNumber><Birthdate>19500101</Birthdate></MessageBody></XmlMsg>";
        await File.WriteAllBytesAsync(Path.Combine(requests, "OQSsiquc01req_001.xml"), shiftJis.GetBytes(text));
        string answer = Path.Combine(results, "OQSsiquc01res_001.xml");
        await UntilAsync(() => Task.FromResult(File.Exists(answer)));
        // Without a centre it says so, in the request's encoding.
        string said = shiftJis.GetString(await File.ReadAllBytesAsync(answer));
        Assert.Contains("KIOSK02", said, StringComparison.Ordinal);
        Assert.Contains("資格確認", said, StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(!File.Exists(Path.Combine(requests, "OQSsiquc01req_001.xml"))));
    }

    [SkippableFact]
    public void A_journal_that_cannot_be_written_is_told_in_one_line()
    {
        using Clinic clinic = new();
        clinic.Configure();
        // Not a read-only file: under Wine root may write to it.
        Directory.CreateDirectory(clinic.In("kiosk.journal"));
        ProgramEnd end = Wine.Run(Wine.TestProgram, "--config", clinic.OnDrive("KIOSK.json"), "--check-ins", clinic.OnDrive("c"));
        Assert.NotEqual(0, end.Exit);
        Assert.Contains("K610", Assert.Single(end.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Wine 8 has no ECDSA keys in ncrypt.dll (NTE_NOT_SUPPORTED): there the test says so. A newer Wine may have them.</summary>
    [SkippableFact]
    public async Task The_two_programs_are_paired_over_the_LAN()
    {
        using Clinic clinic = new();
        using WineProgram reception = Wine.Start(Wine.ProgramFile("reception"), "pair", "--dir", clinic.OnDrive("pki"), "--name",
            "127.0.0.1", "--kiosk", "kiosk-1", "--port", "0");
        while (!reception.HasEnded && !reception.Output.Contains("--code ", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        if (reception.HasEnded)
        {
            string said = Assert.Single(reception.Ended(TimeSpan.FromMinutes(1)).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Skip.If(said.Contains("0x80090029", StringComparison.Ordinal), "this Wine has no ECDSA keys: " + said.Trim());
            Assert.Fail(said);
        }

        string[] command = (await reception.LineAsync("on the kiosk: ")).Split(' ');
        ProgramEnd paired = Wine.Run(Wine.ProgramFile("kiosk"), ["enroll", "--config", clinic.OnDrive("paired.json"), .. command[^4..]]);
        Assert.True(paired.Exit == 0, paired.Output + paired.Said);
        Assert.Equal(0, reception.Ended(TimeSpan.FromMinutes(1)).Exit);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(2);)
        {
            if (await holds()) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        Assert.Fail("not within two minutes");
    }

    /// <summary>A service, removed afterwards.</summary>
    private sealed class Service : IDisposable
    {
        private readonly string _name;

        public Service(string name, string program, string arguments)
        {
            _name = name;
            Wine.Run("sc", "delete", name);
            string command = $"\"{Wine.ToWindows(program)}\" {arguments}";
            ProgramEnd made = Wine.Run("sc", "create", name, "binPath=", command, "start=", "demand");
            Assert.True(made.Exit == 0, made.Output + made.Said);
        }

        public void Start()
        {
            ProgramEnd end = Wine.Run("sc", "start", _name);
            Assert.True(end.Exit == 0, end.Output + end.Said);
        }

        public void Stop()
        {
            ProgramEnd end = Wine.Run("sc", "stop", _name);
            Assert.True(end.Exit == 0, end.Output + end.Said);
        }

        public void Dispose()
        {
            Wine.Run("sc", "stop", _name);
            Wine.Run("sc", "delete", _name);
        }
    }
}
