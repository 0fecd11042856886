namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>PC/SC return codes as 32 bits: Linux gives +0x8010xxxx in 64 bits, Windows a negative number
/// (<c>src/Kiosk.Devices/CardReader/README.md</c>).</summary>
public static class PcscCode
{
    public const uint Success = 0;
    public const uint WindowsInvalidHandle = 6;
    public const uint WindowsDeviceFailed = 31;
    public const uint InternalError = 0x80100001;
    public const uint Cancelled = 0x80100002;
    public const uint InvalidHandle = 0x80100003;
    public const uint InsufficientBuffer = 0x80100008;
    public const uint UnknownReader = 0x80100009;
    public const uint Timeout = 0x8010000A;
    public const uint SharingViolation = 0x8010000B;
    public const uint NoSmartCard = 0x8010000C;
    public const uint ProtoMismatch = 0x8010000F;
    public const uint NotReady = 0x80100010;
    public const uint CommError = 0x80100013;
    public const uint NotTransacted = 0x80100016;
    public const uint ReaderUnavailable = 0x80100017;
    public const uint NoService = 0x8010001D;
    public const uint ServiceStopped = 0x8010001E;
    public const uint CommDataLost = 0x8010002F;
    public const uint NoReadersAvailable = 0x8010002E;
    public const uint UnsupportedCard = 0x80100065;
    public const uint UnresponsiveCard = 0x80100066;
    public const uint UnpoweredCard = 0x80100067;
    public const uint ResetCard = 0x80100068;
    public const uint RemovedCard = 0x80100069;

    /// <summary>The card was reset or has lost its power: SCardReconnect gives the handle back. The command was not carried out.</summary>
    public static bool IsReset(uint code) => code is ResetCard or UnpoweredCard;

    /// <summary>
    /// The reader did not carry a command. If the card is still there, a shorter answer may pass. Some drivers for Windows say
    /// ERROR_GEN_FAILURE (31).
    /// </summary>
    public static bool IsNotCarried(uint code) => code is NotTransacted or InsufficientBuffer or CommDataLost or WindowsDeviceFailed;

    /// <summary>The service or the context is gone: release the context, wait, establish a new one.</summary>
    public static bool IsContextLost(uint code) =>
        code is CommError or NoService or ServiceStopped or InvalidHandle or WindowsInvalidHandle;
}
