using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Decides which kiosks may connect, at the TLS handshake, and again at each call: an open connection must not outlive its certificate or
/// an entry in the deny list.
/// </summary>
/// <param name="denied">Ids, and pins of keys.</param>
/// <param name="refused">Called with the id, when the CA has signed it, and why: a constant of this class or of RenewalLedger.</param>
internal sealed class KioskTrust(X509Certificate2Collection roots, DenyList denied, RenewalLedger renewals, Action<string, string> refused,
    TimeProvider time, ILogger log)
{
    public const string Time = "time", Denied = "denied";

    public bool Accept(X509Certificate2 certificate)
    {
        string? why = WhyNot(certificate);
        if (why is null) return true;
        // Only a name that the CA has signed is logged; anybody can write another one into a certificate.
        string? id = why == "chain" ? null : KioskIdentity.IdIn(certificate);
        Log.KioskRefused(log, id ?? "?", why);
        if (id is not null) refused(id, why);
        return false;
    }

    /// <summary>
    /// What can change after the handshake, which has checked chain, purpose and name: the time, the deny list, and whether the key was
    /// replaced by a newer one.
    /// </summary>
    /// <returns>Null: still accepted.</returns>
    public string? WhyNoLonger(X509Certificate2 certificate, string id, string pin)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        bool isInTime = now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime();
        string? why = isInTime ? Listed(id, pin) : Time;
        if (why is not null) refused(id, why);
        return why;
    }

    private string? WhyNot(X509Certificate2 certificate)
    {
        X509ChainStatusFlags chain = LinkTrust.Judge(certificate, roots, LinkTrust.ClientPurpose, time.GetUtcNow());
        if (chain == X509ChainStatusFlags.NotTimeValid) return Time;
        if (chain != X509ChainStatusFlags.NoError) return "chain";
        if (KioskIdentity.IdIn(certificate) is not { } id) return "name";
        return Listed(id, LinkTrust.Pin(certificate));
    }

    // By its id too: a stolen kiosk may have renewed its key since its pin was noted.
    private string? Listed(string id, string pin) =>
        denied.Contains(pin) || denied.Contains(id) ? Denied : renewals.WhyRefused(pin);
}
