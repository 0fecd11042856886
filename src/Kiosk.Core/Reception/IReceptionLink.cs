using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;

namespace Kiosk.Core.Reception;

/// <summary>How the person was confirmed (本人確認方法).</summary>
public enum Method
{
    Face,
    Pin,

    /// <summary>目視確認: staff compared the person with the card.</summary>
    Visual,

    /// <summary>スマホ搭載: the PIN of an Android phone typed here, or face or finger on the iPhone.</summary>
    Phone,
}

/// <summary>A verified visit as handed to the reception. No picture, no template, no 個人番号, no name.</summary>
/// <param name="Key">Idempotency key: the same for every repeat of this check-in.</param>
/// <param name="Visit">The visit whose challenge the card signed.</param>
/// <param name="CapturedAt">When the patient confirmed.</param>
/// <param name="Face">Only for <see cref="Reception.Method.Face"/>.</param>
/// <param name="StaffId">Only for <see cref="Reception.Method.Visual"/>.</param>
/// <param name="Answers">With the policy that was asked; all false when nothing was asked (certificate in grace: eligibility only).</param>
public sealed record CheckIn(
    Guid Key,
    Guid Visit,
    DateTimeOffset CapturedAt,
    Method Method,
    CardFacts Card,
    CardEvidence Evidence,
    FaceVerdict? Face,
    string? StaffId,
    Answers Answers);

/// <summary>Given only after the reception committed the check-in durably.</summary>
/// <param name="Number">The reception's running number of the day, from 1.</param>
/// <param name="Duplicate">The key was known already: a repeat after a lost answer.</param>
public sealed record Receipt(Guid Key, long Number, bool Duplicate);

/// <param name="Challenge">32 bytes of this visit.</param>
/// <param name="Signature">256 bytes, RSA PKCS#1 v1.5 with SHA-256 over the challenge.</param>
public sealed record SignedWithoutPin(byte[] Challenge, byte[] Signature);

/// <summary>News from the reception.</summary>
public abstract record ReceptionEvent
{
    private ReceptionEvent()
    {
    }

    public sealed record LinkUp : ReceptionEvent;

    /// <param name="Why">ReceptionUnreachable, LinkNotTrusted or ClockWrong.</param>
    public sealed record LinkDown(Failure Why, string Detail) : ReceptionEvent;

    /// <summary>Staff at the desk confirmed the patient now at this kiosk by sight.</summary>
    public sealed record VisualGranted(string StaffId) : ReceptionEvent;

    public sealed record MaintenanceSet(bool On) : ReceptionEvent;

    public sealed record DisasterSet(bool On) : ReceptionEvent;

    public sealed record PolicySet(SitePolicy Policy) : ReceptionEvent;
}

/// <summary>The mutual-TLS link. Every call has its own deadline and throws <see cref="FailureException"/>
/// (ReceptionUnreachable, ReceptionRefused, LinkNotTrusted, ClockWrong).</summary>
public interface IReceptionLink : IAsyncDisposable
{
    /// <summary>A fresh challenge for the card to sign, bound to this visit. 32 bytes.</summary>
    Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop);

    /// <summary>Hands over; returns only after the durable commit. Safe to repeat with the same key.</summary>
    Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop);

    /// <summary>"Do you have key K?" Null: the reception never saw it.</summary>
    Task<Receipt?> FindAsync(Guid key, CancellationToken stop);

    /// <summary>Checks the facility's 目視 code.</summary>
    /// <param name="code">6 ASCII digits; the caller disposes it.</param>
    /// <returns>Who it belongs to; null when the code is wrong.</returns>
    Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop);

    /// <summary>特定機関認証: passes opaque blocks between the card and the institution behind the reception until the card has signed.</summary>
    /// <param name="card">A block to the card, its answer back (<see cref="ICardSession.RelayAsync"/>).</param>
    /// <returns>What the authentication key signed for this visit; null: no institution, or card or institution refused.</returns>
    Task<SignedWithoutPin?> SignWithoutPinAsync(Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop);

    /// <summary>氏名 as the issuer drew it, for the desk where characters are missing (●). Sent after the receipt, once; never needed for it.</summary>
    /// <param name="namePng">Greyscale PNG of 1 bit, rewritten by the decoder process; copied before the first await, the caller disposes it.</param>
    Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop);

    /// <summary>
    /// Asks for the pins of the reception's keys and, in the last third of this kiosk's certificate, for a new one; the link goes
    /// over to it by itself, calls under way end as they began.
    /// </summary>
    /// <returns>True: a new certificate is in use.</returns>
    /// <exception cref="FailureException">Also CertificateFileBroken; the certificate there was stays in use.</exception>
    Task<bool> RenewAsync(CancellationToken stop);

    /// <summary>Rings at the desk.</summary>
    /// <param name="why">What the patient saw when calling; null when they just asked for help.</param>
    Task CallStaffAsync(Failure? why, CancellationToken stop);

    /// <summary>Tells how the kiosk's own parts are. Only the newest counts: it is sent at once while the link is up, else when
    /// it comes up again. Returns when it is noted; never throws for a link that is down.</summary>
    Task ReportHealthAsync(KioskHealth health, CancellationToken stop);

    /// <summary>Watches until cancelled; reconnects by itself with back-off. The first news says how things stand.</summary>
    IAsyncEnumerable<ReceptionEvent> WatchAsync(CancellationToken stop);
}
