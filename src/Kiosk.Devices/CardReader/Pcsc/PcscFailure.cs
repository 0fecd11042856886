using System.Globalization;
using Kiosk.Core;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>The one switch from PC/SC's words to ours.</summary>
public static class PcscFailure
{
    /// <param name="code">Not <see cref="PcscCode.NotTransacted"/> where it can be asked whether the card is still there.</param>
    /// <param name="call">The PC/SC function, for technicians.</param>
    public static FailureException Of(uint code, string call) =>
        new(Kind(code), string.Create(CultureInfo.InvariantCulture, $"{call} 0x{code:X8}"));

    private static Failure Kind(uint code) => code switch
    {
        PcscCode.SharingViolation => Failure.ReaderBusy,

        // The card left, or its state did: a reset card has forgotten its PIN, so the visit starts over, never VERIFY.
        PcscCode.RemovedCard or PcscCode.NoSmartCard or PcscCode.ResetCard or PcscCode.UnpoweredCard => Failure.CardMoved,

        PcscCode.UnknownReader or PcscCode.ReaderUnavailable or PcscCode.NoReadersAvailable => Failure.ReaderMissing,

        _ when PcscCode.IsContextLost(code) => Failure.ReaderServiceDown,

        PcscCode.Timeout => Failure.CardSilent,

        // UNRESPONSIVE, UNSUPPORTED, PROTO_MISMATCH, NOT_TRANSACTED and what no list names.
        _ => Failure.CardUnreadable,
    };
}
