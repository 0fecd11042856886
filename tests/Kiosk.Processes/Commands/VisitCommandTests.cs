using Kiosk.Simulators.CardReader;

namespace Kiosk.Processes.Commands;

/// <summary>A visit by command at the simulated desk: real pcscd, kiosk and reception.</summary>
public sealed class VisitCommandTests
{
    [SkippableTheory]
    [InlineData("standard", 0, "accepted, receipt 1")]
    [InlineData("p384", 0, "accepted, receipt 1")]
    [InlineData("p521", 28, "K112")]
    public async Task A_card_of_each_algorithm_ends_at_the_desk_as_it_should(string card, int exit, string said)
    {
        Skip.IfNot(PrivatePcscd.WhyNot() is null, PrivatePcscd.WhyNot());
        ProgramRun run = await ProgramRun.OfAsync("kiosk-lab", "visit", "--method", "pin", "--card", card);
        Assert.Contains(said, run.Output + run.Said, StringComparison.Ordinal);
        Assert.Equal(exit, run.Exit);
    }

    [SkippableTheory]
    [InlineData("insurance valid")]
    [InlineData("insurance unregistered", "--no-registration")]
    // Before the centre has answered, nothing is asked.
    [InlineData("insurance unregistered", "--reads", "0", "--centre-delay", "1000")]
    public async Task A_patient_who_reads_is_asked_about_the_registration_and_decides(string said, params string[] more)
    {
        Skip.IfNot(PrivatePcscd.WhyNot() is null, PrivatePcscd.WhyNot());
        ProgramRun run = await ProgramRun.OfAsync("kiosk-lab", ["visit", "--method", "pin", "--centre", "unregistered", .. more]);
        Assert.Contains($"accepted, receipt 1, {said}", run.Output + run.Said, StringComparison.Ordinal);
        Assert.Equal(0, run.Exit);
    }
}
