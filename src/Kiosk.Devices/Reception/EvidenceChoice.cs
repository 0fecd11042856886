using Kiosk.Contract;
using Method = Kiosk.Core.Reception.Method;

namespace Kiosk.Devices.Reception;

/// <summary>What the rules of the contract (<see cref="EvidenceRules"/>) say to the kiosk.</summary>
public static class EvidenceChoice
{
    /// <param name="hasInstitution">The site has an institution for 特定機関認証.</param>
    /// <returns>False: the reception accepts only a signature by the authentication key.</returns>
    public static bool CardFaceIsEnough(Method method, bool hasInstitution) =>
        EvidenceRules.Find(Wire.ToContract(method), EvidenceKey.CardFace, hasInstitution) is not null;
}
