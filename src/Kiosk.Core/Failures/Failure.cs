namespace Kiosk.Core.Failures;

/// <summary>
/// Every failure that is expected and shown. Each is in <see cref="FailureCatalogue"/> once, with the text and the remedy for staff, and
/// has a text for the patient (<c>failure.NAME</c>) in every language. Anything else is a program fault and ends the visit.
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
    CardNotProven,
    CardAlgorithmUnknown,
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
    FaceMustWait,
    FaceTriesSpent,
    PhotoUnreadable,
    PhotoAbsent,

    // Staff, 4xx
    StaffCodeWrong,

    // The link to the reception, 5xx
    ReceptionUnreachable,
    ReceptionRefused,
    LinkNotTrusted,
    ClockWrong,
    ReceptionNotStoring,

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
    CameraDamaged,
    ScreenMissing,
    TouchMissing,
    LogNotWritten,
    DecoderNotConfined,
    FaceLibraryMissing,
    DecoderMissing,
    TicketPaperOut,
    TicketPrinterMissing,

    // The device image; shown by its own page, because the kiosk program cannot start
    DataUnreadable,
    DataNotEncrypted,
    ImageTooOld,

    ProgramFault,
}

/// <summary>
/// The one exception between a device and the rest of the program. The device's code turns the error of its library into
/// a <see cref="Failures.Failure"/>.
/// </summary>
/// <param name="failure">What happened, as in the catalogue.</param>
/// <param name="detail">For staff or a technician: a file name, the name of a reader, a code. Never anything of a patient.</param>
/// <param name="inner">The library's exception; only its type and stack may be logged.</param>
public sealed class FailureException(Failure failure, string detail = "", Exception? inner = null)
    : Exception(detail.Length == 0 ? failure.ToString() : $"{failure}: {detail}", inner)
{
    public Failure Failure { get; } = failure;

    /// <summary>Detail for staff; may be empty.</summary>
    public string Detail { get; } = detail;
}
