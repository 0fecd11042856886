using System.Globalization;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>The only place where PC/SC codes become failures of the catalogue.</summary>
public static class PcscFailure
{
    /// <param name="code">Not <see cref="PcscCode.NotTransacted"/>, if it can be checked whether the card is still there.</param>
    /// <param name="call">The PC/SC function, for technicians.</param>
    /// <param name="isWindows">The service stops with its last reader; null: as on this system.</param>
    public static FailureException FromCode(uint code, string call, bool? isWindows = null) =>
        new(IsReaderGone(code, isWindows ?? OperatingSystem.IsWindows()) ? Failure.ReaderMissing : Kind(code, call), Detail(code, call));

    /// <summary>
    /// Windows stops the smart-card service when its last reader is unplugged, and starts it with the next one (Windows 8 and later). There
    /// these codes mean the cable. On Linux they mean that pcscd is not running.
    /// </summary>
    public static bool IsReaderGone(uint code, bool isWindows) => isWindows && code is (PcscCode.NoService or PcscCode.ServiceStopped);

    /// <summary>For technicians: the PC/SC function and its code.</summary>
    public static string Detail(uint code, string call) => string.Create(CultureInfo.InvariantCulture, $"{call} 0x{code:X8}");

    /// <summary>Calls that reach the service but neither a reader nor a card: whatever else they say, it is not the card's fault.</summary>
    private static bool IsOfService(string call) => call is "SCardEstablishContext" or "SCardListReaders" or "SCardGetStatusChange";

    private static Failure Kind(uint code, string call) => code switch
    {
        PcscCode.SharingViolation => Failure.ReaderBusy,

        // The card left, or was reset and could not be connected again.
        PcscCode.RemovedCard or PcscCode.NoSmartCard or PcscCode.ResetCard or PcscCode.UnpoweredCard => Failure.CardMoved,

        PcscCode.UnknownReader or PcscCode.ReaderUnavailable or PcscCode.NoReadersAvailable => Failure.ReaderMissing,

        _ when PcscCode.IsContextLost(code) => Failure.ReaderServiceDown,

        // Such as SCARD_F_INTERNAL_ERROR (80100001), which Windows gives while its service starts or stops.
        _ when IsOfService(call) => Failure.ReaderServiceDown,

        PcscCode.Timeout => Failure.CardSilent,

        // UNRESPONSIVE, UNSUPPORTED, PROTO_MISMATCH, NOT_TRANSACTED and unknown codes.
        _ => Failure.CardUnreadable,
    };
}
