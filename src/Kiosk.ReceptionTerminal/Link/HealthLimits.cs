using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>Limits of a kiosk's report, as in reception.proto. A report beyond them is dropped; the stream stays open.</summary>
internal static class HealthLimits
{
    public static bool Allow(KioskHealth h) =>
        h.Version.Length <= 32 && h.Devices.Count <= 32 && h.EngineId.Length <= 64 && IsShort(h.EngineWarning)
        && h.Devices.All(d => KioskIdentity.IsId(d.Name) && IsWord(d.FailureCode, 8) && IsShort(d.Detail))
        && h.Visits.Count <= 128 && h.Visits.All(v => IsWord(v.Outcome, 32) && IsWord(v.FailureCode, 8))
        && h.Stages.Count <= 64 && h.Stages.All(s => IsWord(s.Stage, 32))
        && (h.Image is not { } i || (i.Version.Length <= 32 && i.Slot.Length <= 1 && IsShort(i.RollbackReason)));

    private static bool IsShort(string text) => text.Length <= 200;

    // These become labels of the metrics: no free text may get there.
    private static bool IsWord(string text, int longest) => text.Length <= longest && text.All(char.IsAsciiLetterOrDigit);
}
