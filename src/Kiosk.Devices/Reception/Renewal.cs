using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>One request for pins and, in the last third of the certificate's life, for a new certificate with a new key.</summary>
internal sealed class Renewal
{
    private readonly ReceptionLinkOptions _options;
    private readonly LinkConnection _now;
    private readonly Enrolment? _files;

    public Renewal(ReceptionLinkOptions options, LinkConnection now, TimeProvider time)
    {
        (_options, _now) = (options, now);
        // A PFX was installed by an administrator, who also replaces it.
        if (options.KeyFile is not { } key) return;
        DateTimeOffset from = now.Certificates.Own.NotBefore, until = now.Certificates.Own.NotAfter;
        _files = new(options.CaFile, options.CertificateFile, key);
        // Life 90 days, renewed after two thirds (README.md of this folder).
        Asked = time.GetUtcNow() >= from + ((until - from) * 2 / 3);
    }

    public bool Asked { get; }

    /// <exception cref="FailureException">CertificateFileBroken: the new key cannot be written.</exception>
    public RenewRequest Request() =>
        new() { Csr = Asked ? ByteString.CopyFrom(_files!.Request()) : ByteString.Empty, KnownPins = { _now.Pins } };

    /// <summary>Installs the files. After each step there is a pair of files that works.</summary>
    /// <returns>True: there is something new; a connection opened now uses it.</returns>
    /// <exception cref="FailureException">LinkNotTrusted: the answer does not fit; nothing was changed.</exception>
    public bool Take(RenewReply reply)
    {
        bool pins = reply.Pins.Count > 0 && !_now.Pins.SequenceEqual(reply.Pins);
        if (pins && _now.Pins.Count > 0 && !reply.Pins.Any(_now.Pins.Contains))
            throw new FailureException(Failure.LinkNotTrusted, "the reception names pins of which this kiosk knows none");
        if (Asked) _files!.TakeRenewed(new SignedProvisioning(reply.Content.ToByteArray(), reply.Signature.ToByteArray()));
        if (pins) Enrolment.Write(PinFile.PathFor(_options.CertificateFile), string.Join('\n', reply.Pins));
        return pins || Asked;
    }
}
