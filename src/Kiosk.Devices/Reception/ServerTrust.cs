using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>
/// Checks the reception's certificate and remembers how far the newest connection got. The library's error alone does not distinguish a
/// refused certificate from an unplugged cable, because with TLS 1.3 the client finishes before the server has checked the client's
/// certificate.
/// </summary>
internal sealed class ServerTrust(LinkCertificates certificates, IReadOnlyList<string> pins, TimeProvider time)
{
    private volatile Step _step = new(Stage.Closed, null);

    private enum Stage
    {
        Closed,
        ServerTrusted,
        Answered,
    }

    /// <summary>Called before each TCP connection: the result of an earlier one does not apply to it.</summary>
    public void Connecting() => _step = new(Stage.Closed, null);

    /// <summary>The reception answered on this connection, so it accepted the kiosk's certificate.</summary>
    public void Answered() => _step = new(Stage.Answered, null);

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        FailureException? why = certificate is X509Certificate2 leaf
            ? Judge(leaf, errors)
            : new(Failure.LinkNotTrusted, "the reception showed no certificate");
        _step = new(why is null ? Stage.ServerTrusted : Stage.Closed, why);
        return why is null;
    }

    /// <summary>Why the newest connection is not trusted; null if nothing is wrong.</summary>
    public FailureException? Verdict()
    {
        (Stage stage, FailureException? why) = _step;
        if (stage != Stage.ServerTrusted) return why;
        DateTime now = time.GetUtcNow().UtcDateTime;
        bool inTime = now >= certificates.Own.NotBefore.ToUniversalTime() && now <= certificates.Own.NotAfter.ToUniversalTime();
        return inTime
            ? new(Failure.LinkNotTrusted, "the reception does not accept this kiosk's certificate")
            : new(Failure.ClockWrong, $"this kiosk's certificate is valid {Period(certificates.Own)}, the clock says {now:yyyy-MM-dd}");
    }

    private static string Period(X509Certificate2 c) => $"{c.NotBefore:yyyy-MM-dd} to {c.NotAfter:yyyy-MM-dd}";

    private FailureException? Judge(X509Certificate2 leaf, SslPolicyErrors errors)
    {
        X509ChainStatusFlags chain = LinkTrust.Judge(leaf, certificates.Roots, LinkTrust.ServerPurpose, time.GetUtcNow());
        if (chain == X509ChainStatusFlags.NotTimeValid)
            return new(
                Failure.ClockWrong, $"the reception's certificate is valid {Period(leaf)}, the clock says {time.GetUtcNow():yyyy-MM-dd}");
        if (chain != X509ChainStatusFlags.NoError)
            return new(Failure.LinkNotTrusted, $"the reception's certificate: {chain}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return new(Failure.LinkNotTrusted, "the reception's certificate is for another name");
        if (pins.Count > 0 && !pins.Contains(LinkTrust.Pin(leaf)))
            return new(Failure.LinkNotTrusted, "the reception's key is not one of the pinned keys");
        return null;
    }

    private sealed record Step(Stage Stage, FailureException? Why);
}
