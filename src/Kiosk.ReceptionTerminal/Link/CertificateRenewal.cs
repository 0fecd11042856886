using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>New certificates for kiosks over the link they have, and the pins of the server's keys that they should know.</summary>
/// <param name="dir">Folder of <c>reception pair</c> with ca.key; null: nothing is issued here.</param>
/// <param name="server">The key whose pin is the present one.</param>
internal sealed class CertificateRenewal(string? dir, ServerKey server, RenewalLedger ledger, TimeProvider time)
{
    /// <summary>A kiosk asks at its start and every six hours; one whose answers are lost asks with a new key each time.</summary>
    private const int MostADay = 10;

    private readonly Lock _gate = new();

    /// <param name="present">The certificate with which the kiosk calls.</param>
    /// <param name="known">Pins the kiosk says it trusts.</param>
    /// <param name="address">By which the kiosk called. It stands in the answer, but a kiosk does not take it from there.</param>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION, INVALID_ARGUMENT, RESOURCE_EXHAUSTED.</exception>
    public RenewReply Answer(string kiosk, X509Certificate2 present, byte[] csr, IEnumerable<string> known, string address)
    {
        if (dir is null)
            return csr.Length == 0 ? new() : throw LinkErrors.NotAccepted("this reception issues no certificates; pair the kiosk anew");
        PkiFolder pki = new(dir);
        try
        {
            // One at a time: two at once would both make the next key.
            lock (_gate)
            {
                pki.Known.Record(kiosk, known);
                RenewReply reply = new() { Pins = { LinkTrust.Pin(server.Current), pki.NextPin() } };
                if (csr.Length == 0) return reply;
                // A kiosk asks at two thirds. Somebody with a stolen key must not be able to collect certificates.
                if (time.GetUtcNow() < present.NotBefore + (present.NotAfter - present.NotBefore) / 2)
                    throw LinkErrors.NotAccepted("more than half of the present certificate's life is left");
                string from = LinkTrust.Pin(present), to = LinkTrust.Pin(KioskCertificateIssuer.KeyOf(csr));
                if (from == to) throw LinkErrors.Invalid("csr must hold a new key");
                SignedProvisioning issued = Issue(new(pki, address, time), kiosk, csr, from, to);
                (reply.Content, reply.Signature) = (ByteString.CopyFrom(issued.Content), ByteString.CopyFrom(issued.Signature));
                return reply;
            }
        }
        catch (StartException e)
        {
            // Its message names a file of this machine: not for the kiosk.
            throw LinkErrors.NotAccepted(e.Message.StartsWith("certificate request", StringComparison.Ordinal)
                ? "csr cannot be used" : "the reception's CA cannot be used");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LinkErrors.NotAccepted("the reception's CA cannot be used");
        }
    }

    private SignedProvisioning Issue(KioskCertificateIssuer issuer, string kiosk, byte[] csr, string from, string to)
    {
        if (ledger.Repeated(from, to) is { } before) return issuer.AnswerWith(kiosk, before.Certificate);
        if (ledger.WasIssued(to)) throw LinkErrors.Invalid("csr must hold a new key");
        if (ledger.HasSuccessor(from))
        {
            throw LinkErrors.NotAccepted(
                "this key was replaced already; if this kiosk did not do it, somebody else has its key: pair anew");
        }


        if (ledger.CountSince(from, time.GetUtcNow().AddDays(-1)) >= MostADay)
            throw LinkErrors.TooManyAttempts("too many renewals of one key today");
        (SignedProvisioning issued, X509Certificate2 certificate) = issuer.Issue(kiosk, csr);
        using (certificate)
        {
            ledger.Add(new(kiosk, from, to, certificate.ExportCertificatePem(), time.GetUtcNow(), certificate.NotAfter, null, false));
        }

        return issued;
    }
}
