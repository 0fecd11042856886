using System.Diagnostics;
using System.Text.Json;
using Kiosk.Simulators.CardReader;
using Kiosk.Windows.SmartCards;

namespace Kiosk.Windows;

/// <summary>Whole visits: the kiosk of <c>kiosk.exe</c> on WinSCard's rules, with a link of the test's own (tests/Kiosk.Wine).</summary>
[Collection(Wine.Collection)]
public sealed class VisitTests
{
    /// <summary>A PC that was set up for another country: the certificate's days are Japan's all the same.</summary>
    private static readonly (string, string)[] _abroad = [("TZ", "America/New_York")];

    public VisitTests(Wine wine)
    {
        Skip.IfNot(LongTests.Wanted, LongTests.Skipped);
        Skip.IfNot(wine.Missing is null, wine.Missing);
        Skip.IfNot(Patient.Missing is null, Patient.Missing);
    }

    [SkippableFact]
    public async Task A_whole_visit_by_PIN_then_another_after_the_reader_was_away_and_Ctrl_C()
    {
        using Clinic clinic = new();
        clinic.Configure();
        using WineProgram kiosk = clinic.StartKiosk(_abroad);
        await using Patient patient = await Patient.OpenAsync(await kiosk.LineAsync("screen "), kiosk);
        await patient.SeeAsync("Idle");

        SlottedCard card = clinic.Insert("standard");
        // Nobody may hold a transaction while a patient thinks: Windows would reset the card.
        await patient.VisitAsync(VirtualCards.Pin("standard")!,
            () => Task.Delay(clinic.Cards.Silence + TimeSpan.FromSeconds(1), TimeProvider.System));
        Assert.Equal(0, clinic.Cards.SilentResets);
        Assert.Equal(1, card.Card.VerifyCount);
        for (Stopwatch since = Stopwatch.StartNew(); card.Card.IsOpen && since.Elapsed < TimeSpan.FromSeconds(30);)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(card.Card.IsOpen, "the card still has power, and so a verified PIN");
        clinic.Remove();
        await patient.SeeAsync("Idle");
        Assert.Equal(["Pin"], clinic.CheckIns());

        // Unplugged, Windows stops its service.
        clinic.Cards.Unplug(Clinic.Reader);
        await clinic.UntilAsync("OutOfService");
        using (JsonDocument health = (await clinic.HealthAsync())!)
            Assert.Contains("K601", health.RootElement.GetRawText(), StringComparison.Ordinal);
        clinic.Cards.Plug(Clinic.Reader);
        await patient.SeeAsync("Idle");
        card = clinic.Insert("standard");
        await patient.VisitAsync(VirtualCards.Pin("standard")!);
        Assert.Equal(2, card.Card.VerifyCount);
        clinic.Remove();
        await patient.SeeAsync("Idle");
        Assert.Equal(["Pin", "Pin"], clinic.CheckIns());

        kiosk.Interrupt();
        ProgramEnd end = kiosk.Ended(TimeSpan.FromSeconds(60));
        Assert.True(end.Exit is 0 or 130, $"{end.Exit}\n{end.Said}");
        Assert.Equal((0, 0), clinic.Cards.Open);
        AssertNothingOfThePatientIsLeft(clinic, end, VirtualCards.Pin("standard")!);
        Assert.Single(end.Said.Split('\n'), line => line.Contains("ServesByPin", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_card_taken_away_in_the_middle_and_a_fault_of_the_service_are_told_and_pass()
    {
        using Clinic clinic = new();
        clinic.Configure();
        using WineProgram kiosk = clinic.StartKiosk();
        await using Patient patient = await Patient.OpenAsync(await kiosk.LineAsync("screen "), kiosk);
        await patient.SeeAsync("Idle");
        clinic.Insert("standard");
        await patient.SeeAsync("ChoosingMethod");
        clinic.Remove();
        await patient.SeeAsync("Idle");

        // SCARD_F_INTERNAL_ERROR of SCardEstablishContext is the service's fault, never the card's.
        clinic.Cards.EstablishFault = 0x80100001;
        clinic.Insert("standard");
        await patient.Page.WaitForSelectorAsync("text=K602");
        clinic.Cards.EstablishFault = ScardCode.Success;
        clinic.Remove();
        await patient.SeeAsync("Idle");
        clinic.Insert("standard");
        await patient.VisitAsync(VirtualCards.Pin("standard")!);
        // A kiosk that is ended by force leaves the reader free.
        kiosk.Kill();
        for (Stopwatch since = Stopwatch.StartNew(); clinic.Cards.Open != (0, 0) && since.Elapsed < TimeSpan.FromSeconds(30);)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal((0, 0), clinic.Cards.Open);
    }

    private static void AssertNothingOfThePatientIsLeft(Clinic clinic, ProgramEnd end, string pin)
    {
        Assert.Equal(0, new FileInfo(clinic.In("kiosk.journal")).Length);
        Assert.DoesNotContain(pin, end.Output, StringComparison.Ordinal);
        Assert.Equal(["Trust", "check-ins.jsonl", "kiosk.journal", "kiosk.json"],
            Directory.GetFileSystemEntries(clinic.Home).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
