using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>Decides at the TLS handshake which kiosks may connect.</summary>
/// <param name="denied">Ids, and pins of keys.</param>
/// <param name="refused">Called with the id, when the CA has signed it, and why: <see cref="Time"/> or <see cref="Denied"/>.</param>
internal sealed class KioskTrust(X509Certificate2Collection roots, IEnumerable<string> denied, Action<string, string> refused,
    TimeProvider time, ILogger log)
{
    public const string Time = "time", Denied = "denied";

    private readonly HashSet<string> _denied = [.. denied];

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

    private string? WhyNot(X509Certificate2 certificate)
    {
        X509ChainStatusFlags chain = LinkTrust.Judge(certificate, roots, LinkTrust.ClientPurpose, time.GetUtcNow());
        if (chain == X509ChainStatusFlags.NotTimeValid) return Time;
        if (chain != X509ChainStatusFlags.NoError) return "chain";
        if (KioskIdentity.IdIn(certificate) is not { } id) return "name";
        // By its id too: a stolen kiosk may have renewed its key since its pin was noted.
        return _denied.Contains(LinkTrust.Pin(certificate)) || _denied.Contains(id) ? Denied : null;
    }
}
