using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Institution;

namespace Kiosk.ReceptionTerminal.Hosting;

/// <summary>The outside services behind a reception. The product has none yet; kiosk-lab brings simulated ones.</summary>
/// <param name="Centre">The national eligibility centre; null: nothing is asked.</param>
/// <param name="Institution">特定機関認証; null: faces are confirmed without the card's authentication key.</param>
internal sealed record ReceptionParts(IEligibilityCentre? Centre = null, IInstitution? Institution = null);
