namespace Kiosk.Core;

/// <summary>
/// Every failure that is expected and shown. Each is raised at one place, stands once in
/// <see cref="FailureCatalogue"/> with the staff's text and remedy, and has a patient's text
/// (<c>failure.NAME</c>) in every language. Anything else is a bug and ends the visit.
/// </summary>
public enum Failure
{
    // The card, 1xx
    CardUnreadable,
    CardSilent,
    CardMoved,
    CardIsLicence,
    CardIsOldResidentCard,
    CardIsPhone,
    CardUnknown,
    CardHasNoCertificate,
    CardNotGenuine,
    CertificateExpired,
    PhoneLocked,

    // The printed number and the PIN, 2xx
    CardNumberWrong,
    CardNumberGuarded,
    PinWrong,
    PinBlocked,
    PhonePinBlocked,

    // The face, 3xx
    FaceNotMatched,
    FaceNotLive,
    PhotoUnreadable,

    // Staff, 4xx
    StaffCodeWrong,

    // The link to the reception, 5xx
    ReceptionUnreachable,
    ReceptionRefused,
    LinkNotTrusted,
    ClockWrong,

    // The station, 6xx
    ReaderMissing,
    ReaderServiceDown,
    ReaderBusy,
    CameraMissing,
    CameraBusy,
    ModelMissing,
    ModelNotListed,
    ConfigBroken,
    CertificateFileBroken,
    JournalBroken,
    TamperOpened,
    BoardDeviceMissing,
    TooHot,
    ProgramFault,
}

/// <summary>
/// The one exception that crosses a seam: a device's edge turned its library's error into a <see cref="Core.Failure"/>.
/// </summary>
/// <param name="failure">What happened, in the catalogue's words.</param>
/// <param name="detail">What staff or a technician needs besides: a file name, a reader's name, a code. Never anything of a patient.</param>
/// <param name="inner">The library's exception; only its type and stack may be logged.</param>
public sealed class FailureException(Failure failure, string detail = "", Exception? inner = null)
    : Exception(detail.Length == 0 ? failure.ToString() : $"{failure}: {detail}", inner)
{
    public Failure Failure { get; } = failure;

    /// <summary>Detail for staff; empty when the failure says it all.</summary>
    public string Detail { get; } = detail;
}
