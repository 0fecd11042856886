namespace Kiosk.Windows.SmartCards;

/// <summary>Codes of SCardErr.h that <see cref="SmartCardService"/> gives, and ERROR_INVALID_HANDLE (6), which Windows gives for a context
/// of a service that has ended.</summary>
internal static class ScardCode
{
    public const uint Success = 0;
    public const uint InvalidHandle = 6;
    public const uint Cancelled = 0x80100002;
    public const uint InvalidParameter = 0x80100004;
    public const uint UnknownReader = 0x80100009;
    public const uint Timeout = 0x8010000A;
    public const uint SharingViolation = 0x8010000B;
    public const uint ProtoMismatch = 0x8010000F;
    public const uint NotTransacted = 0x80100016;
    public const uint ReaderUnavailable = 0x80100017;
    public const uint NoService = 0x8010001D;
    public const uint ServiceStopped = 0x8010001E;
    public const uint UnsupportedFeature = 0x80100022;
    public const uint UnresponsiveCard = 0x80100066;
    public const uint UnpoweredCard = 0x80100067;
    public const uint ResetCard = 0x80100068;
    public const uint RemovedCard = 0x80100069;
}

/// <summary>SCARD_STATE_* of WinSCard.h. The upper 16 bits count insertions and removals.</summary>
internal static class ScardState
{
    public const uint Ignore = 0x1;
    public const uint Changed = 0x2;
    public const uint Unknown = 0x4;
    public const uint Unavailable = 0x8;
    public const uint Empty = 0x10;
    public const uint Present = 0x20;
    public const uint Exclusive = 0x80;
    public const uint InUse = 0x100;
    public const uint Mute = 0x200;
    public const uint Unpowered = 0x400;
}
