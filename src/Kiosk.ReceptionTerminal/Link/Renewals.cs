using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pairing;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>New certificates for kiosks that speak over the link already, and the pins they should know.</summary>
/// <param name="dir">Folder of <c>reception pair</c> with ca.key; null: nothing is issued here.</param>
/// <param name="server">Whose pin is the present one.</param>
internal sealed class Renewals(string? dir, ServerKey server, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <param name="present">The certificate it calls with.</param>
    /// <param name="known">Pins the kiosk says it trusts.</param>
    /// <param name="address">As the kiosk called; not taken over by it.</param>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION, INVALID_ARGUMENT.</exception>
    public RenewReply Answer(string kiosk, X509Certificate2 present, byte[] csr, IEnumerable<string> known, string address)
    {
        if (dir is null) return csr.Length == 0 ? new() : throw Refuse.NotAccepted("this reception issues no certificates; pair the kiosk anew");
        PkiFolder pki = new(dir);
        try
        {
            // One at a time: two would make the next key twice.
            lock (_gate)
            {
                pki.Known.Note(kiosk, known);
                RenewReply reply = new() { Pins = { LinkTrust.Pin(server.Now), pki.NextPin() } };
                if (csr.Length == 0) return reply;
                // A kiosk asks at two thirds. Whoever has a stolen key must not pile up certificates.
                if (time.GetUtcNow() < present.NotBefore + (present.NotAfter - present.NotBefore) / 2)
                    throw Refuse.NotAccepted("more than half of the present certificate's life is left");
                if (Issuer.KeyOf(csr).ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(present.PublicKey.ExportSubjectPublicKeyInfo()))
                    throw Refuse.Invalid("csr must hold a new key");
                (SignedProvisioning issued, X509Certificate2 certificate) = new Issuer(pki, address, time).Issue(kiosk, csr);
                certificate.Dispose();
                (reply.Content, reply.Signature) = (ByteString.CopyFrom(issued.Content), ByteString.CopyFrom(issued.Signature));
                return reply;
            }
        }
        catch (StartException e)
        {
            // Its message names a file of this machine: not for the kiosk.
            throw Refuse.NotAccepted(e.Message.StartsWith("certificate request", StringComparison.Ordinal) ? "csr cannot be used" : "the reception's CA cannot be used");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse.NotAccepted("the reception's CA cannot be used");
        }
    }
}
