using System.Globalization;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Windows.SmartCards;

/// <summary>
/// A foreign program that calls WinSCard in other ways than the kiosk does (<c>Shim/habits.c</c>), against the shim and the service that
/// the kiosk is tested with: an answer that only the kiosk could use would show here.
/// </summary>
[Collection(Wine.Collection)]
public sealed class ShimTests
{
    public ShimTests(Wine wine) => Skip.IfNot(wine.Missing is null, wine.Missing);

    [SkippableFact]
    public void Readers_are_listed_in_ANSI_and_UTF16_allocated_or_measured_first()
    {
        using Clinic clinic = new();
        clinic.Cards.Plug("ACS ACR1252 1S CL Reader PICC 0");
        string said = Habit("list");
        Assert.Contains("name ACS ACR1252 1S CL Reader PICC 0", said, StringComparison.Ordinal);
        Assert.Contains($"characters {Clinic.Reader.Length + 32 + 2} ends 1", said.Replace("\r", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        // ポ of ポート, which an ANSI code page of the West loses.
        Assert.Contains(" 30dd ", said, StringComparison.Ordinal);
        Assert.Contains("small 80100008", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Two_shared_handles_see_the_card_and_a_reset_by_the_other()
    {
        using Clinic clinic = Prepared();
        string said = Habit("card", Plain);
        foreach (string line in (string[])["connect 00000000", "protocol 2 upper 1", "status 00000000", "attribute 00000000",
            $"name {Plain} same 1", "other 00000000", "begin 00000000", "response 9000", "transmit 00000000", "end 00000000",
            "disconnect 00000000", "after-reset 80100068", "reconnect 00000000", "again 00000000", "invalid 00000006"])
            Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.Equal((0, 0), Settled(clinic));
    }

    [SkippableFact]
    public void An_exclusive_handle_keeps_others_out()
    {
        using Clinic clinic = Prepared();
        Assert.Contains("second 8010000b", Habit("exclusive", Plain), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_transaction_without_a_call_for_five_seconds_ends_with_a_reset()
    {
        using Clinic clinic = Prepared();
        Assert.Contains("after 00000000", Habit("silent", Plain, "2500"), StringComparison.Ordinal);
        Assert.Equal(0, clinic.Cards.SilentResets);
        string said = Habit("silent", Plain, "6500");
        foreach (string line in (string[])["transmit 00000000", "after 80100068", "reconnect 00000000", "again 00000000"])
            Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.Equal(1, clinic.Cards.SilentResets);
    }

    [SkippableFact]
    public void The_service_stops_with_its_last_reader()
    {
        using Clinic clinic = new();
        clinic.Cards.Unplug(Clinic.Reader);
        Assert.Contains("establish 8010001d", Habit("list"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_waiting_program_hears_of_card_removal_and_of_the_end_of_the_service()
    {
        using Clinic clinic = new();
        clinic.Cards.Unplug(Clinic.Reader);
        clinic.Cards.Plug(Plain);
        using WineProgram watch = Wine.Start(@"c:\habits.exe", "watch", Plain);
        await watch.LineAsync("state 00000012 atr 0 code 00000000");
        using SlottedCard card = clinic.CardOf("standard");
        clinic.Cards.Insert(Plain, card);
        string atr = card.Card.Atr.Length.ToString(CultureInfo.InvariantCulture);
        await watch.LineAsync($"state 00010022 atr {atr} code 00000000");
        clinic.Cards.Remove(Plain);
        await watch.LineAsync("state 00020012 atr 0 code 00000000");
        clinic.Cards.Unplug(Plain);
        Assert.Contains("code 8010001e", watch.Ended(TimeSpan.FromMinutes(1)).Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_that_is_ended_leaves_no_handle()
    {
        using Clinic clinic = Prepared();
        using WineProgram hold = Wine.Start(@"c:\habits.exe", "hold", Plain);
        await hold.LineAsync("begin 00000000");
        Assert.Equal((1, 1), clinic.Cards.Open);
        hold.Kill();
        Assert.Equal((0, 0), Settled(clinic));
        Assert.Contains("wait 8010000a", Habit("timeout", Plain), StringComparison.Ordinal);
    }

    private const string Plain = "ACS ACR1252 1S CL Reader PICC 0";

    private static Clinic Prepared()
    {
        Clinic clinic = new();
        clinic.Cards.Plug(Plain);
        clinic.Cards.Insert(Plain, clinic.CardOf("standard"));
        return clinic;
    }

    /// <summary>Contexts and handles, once the service has seen that the programs are gone.</summary>
    private static (int Contexts, int Handles) Settled(Clinic clinic)
    {
        SpinWait.SpinUntil(() => clinic.Cards.Open == (0, 0), TimeSpan.FromSeconds(30));
        return clinic.Cards.Open;
    }

    private static string Habit(params string[] arguments) => Wine.Run(@"c:\habits.exe", arguments).Output;
}
