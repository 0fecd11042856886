using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Core.Reception;

/// <summary>How the person was confirmed (本人確認方法).</summary>
public enum Method
{
    Face,
    Pin,

    /// <summary>目視確認: staff compared the person with the card.</summary>
    Visual,

    /// <summary>スマホ搭載: the PIN of an Android phone was typed here, or the iPhone checked face or finger.</summary>
    Phone,
}

/// <summary>A verified visit, as it is sent to the reception. No picture, no face template, no 個人番号, no name.</summary>
/// <param name="Key">Idempotency key: the same in every repeat of this check-in.</param>
/// <param name="Visit">The visit whose challenge the card signed.</param>
/// <param name="CapturedAt">When the patient confirmed.</param>
/// <param name="Face">Only for <see cref="Reception.Method.Face"/>.</param>
/// <param name="StaffId">Only for <see cref="Reception.Method.Visual"/>.</param>
/// <param name="Answers">With the policy they belong to. All false when nothing was asked: certificate in its months of grace.</param>
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

/// <summary>Sent only after the reception has stored the check-in on disk.</summary>
/// <param name="Number">Number of the arrival on this day, from 1.</param>
/// <param name="Duplicate">The key was stored already: this is a repeat after a lost answer.</param>
public sealed record Receipt(Guid Key, long Number, bool Duplicate);

/// <param name="Challenge">32 bytes of this visit.</param>
/// <param name="Signature">Over the challenge, as in <see cref="CardEvidence.Signature"/>.</param>
public sealed record SignedWithoutPin(byte[] Challenge, byte[] Signature);

/// <summary>What the reception sent, or what happened to the link.</summary>
public abstract record ReceptionEvent
{
    private ReceptionEvent()
    {
    }

    public sealed record LinkUp : ReceptionEvent;

    /// <param name="Why">ReceptionUnreachable, LinkNotTrusted or ClockWrong.</param>
    public sealed record LinkDown(Failure Why, string Detail) : ReceptionEvent;

    /// <summary>Staff at the desk confirmed by sight the patient who is at this kiosk now.</summary>
    public sealed record VisualGranted(string StaffId) : ReceptionEvent;

    /// <summary>The site's own system answered the notice of the arrival of the last visit that was opened here.</summary>
    public sealed record SiteAnswered(SiteAnswer Answer) : ReceptionEvent;

    public sealed record MaintenanceSet(bool On) : ReceptionEvent;

    public sealed record DisasterSet(bool On) : ReceptionEvent;

    public sealed record PolicySet(SitePolicy Policy) : ReceptionEvent;
}

/// <summary>
/// The link to the reception, over TLS with certificates on both sides. Every call has its own deadline and throws
/// <see cref="FailureException"/>: ReceptionUnreachable, ReceptionRefused, LinkNotTrusted, ClockWrong.
/// </summary>
public interface IReceptionLink : IAsyncDisposable
{
    /// <returns>A fresh challenge for the card to sign, valid for this visit only. 32 bytes.</returns>
    Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop);

    /// <summary>Sends the check-in. Returns only after the reception has stored it on disk. Can be repeated with the same key.</summary>
    Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop);

    /// <summary>Asks whether the reception has stored a check-in with this key.</summary>
    /// <returns>Null: it has not.</returns>
    Task<Receipt?> FindAsync(Guid key, CancellationToken stop);

    /// <summary>Checks the 目視確認 code of the facility.</summary>
    /// <param name="code">6 ASCII digits. The caller disposes it.</param>
    /// <returns>Whose code it is; null: the code is wrong.</returns>
    Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop);

    /// <summary>
    /// 特定機関認証: passes blocks between the card and the institution behind the reception until the card has signed. The kiosk does not
    /// read them.
    /// </summary>
    /// <param name="card">Sends a block to the card and returns its answer (<see cref="ICardSession.RelayAsync"/>).</param>
    /// <returns>
    /// The signature of the authentication key for this visit; null: there is no institution, or card or institution refused.
    /// </returns>
    Task<SignedWithoutPin?> SignWithoutPinAsync(
        Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop);

    /// <summary>
    /// Sends 氏名 as a picture, for names with characters that no character set has (●). Once, after the receipt; the check-in does not
    /// depend on it.
    /// </summary>
    /// <param name="namePng">
    /// Greyscale PNG of 1 bit, written by the decoder process. Copied before the first await; the caller disposes it.
    /// </param>
    Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop);

    /// <summary>
    /// Asks for the pins of the reception's keys. In the last third of the life of the kiosk's certificate also asks for a new certificate,
    /// which the link then uses; calls that have begun end with the old one.
    /// </summary>
    /// <returns>True: a new certificate is in use.</returns>
    /// <exception cref="FailureException">Also CertificateFileBroken. The old certificate stays in use.</exception>
    Task<bool> RenewAsync(CancellationToken stop);

    /// <summary>
    /// Asks the centre about the insurance of this visit's card, before the check-in. The reception uses the answer again after it, and
    /// asks once. Can be repeated for the same visit. Waits for a slow centre until cancelled, at most a minute.
    /// </summary>
    /// <returns>NoAnswer also from a reception that does not know this call.</returns>
    Task<PreAnswer> AskInsuranceAsync(PreQuestion question, CancellationToken stop);

    /// <summary>利用登録 of the card of this visit, after <see cref="AskInsuranceAsync"/> said Unregistered.</summary>
    /// <returns>How the insurance stands then.</returns>
    Task<PreAnswer> RegisterCardAsync(Guid visit, CancellationToken stop);

    /// <summary>Rings at the desk.</summary>
    /// <param name="why">The failure on the patient's screen; null: the patient asked for help.</param>
    Task CallStaffAsync(Failure? why, CancellationToken stop);

    /// <summary>
    /// Reports the health of the kiosk. Sent at once while the link is up; else the newest report is sent when the link is up again.
    /// Does not wait for the link and does not throw when it is down.
    /// </summary>
    Task ReportHealthAsync(KioskHealth health, CancellationToken stop);

    /// <summary>
    /// Watches until cancelled. Connects again by itself, with growing pauses. The first event is the present state of the link.
    /// </summary>
    IAsyncEnumerable<ReceptionEvent> WatchAsync(CancellationToken stop);
}
