using Kiosk.App.Benches;

namespace Kiosk.App.Commissioning;

/// <summary>The result of one commissioning. Holds nothing of a patient.</summary>
/// <param name="Reception">Host and port.</param>
/// <param name="Fingerprint">SHA-256 of the kiosk's certificate, hex.</param>
public sealed record CompletionReport(
    DateTimeOffset At, string KioskId, string Reception, HostFacts Host, string Fingerprint, IReadOnlyList<SelfCheck> Checks,
    CommissionAnswers Answers, bool Simulated)
{
    /// <summary>Checks and items that are not good.</summary>
    public int Bad => Checks.Count(c => !c.Good) + Answers.Items.Values.Count(a => a.Result is "ng");

    public bool Passed => Bad == 0;
}
