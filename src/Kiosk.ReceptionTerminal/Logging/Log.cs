
namespace Kiosk.ReceptionTerminal.Logging;

/// <summary>
/// Every log message of the reception. No free text, nothing of a patient. An id is used once and never given to another message.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "reception ready, link port {LinkPort}, page port {DeskPort}")]
    public static partial void Ready(ILogger log, int linkPort, int deskPort);

    [LoggerMessage(2, LogLevel.Information, "kiosk {Kiosk} connected")]
    public static partial void KioskUp(ILogger log, string kiosk);

    [LoggerMessage(3, LogLevel.Information, "kiosk {Kiosk} disconnected")]
    public static partial void KioskDown(ILogger log, string kiosk);

    [LoggerMessage(4, LogLevel.Warning, "certificate of kiosk {Kiosk} refused: {Reason}")]
    public static partial void KioskRefused(ILogger log, string kiosk, string reason);

    [LoggerMessage(5, LogLevel.Error, "nothing stored for kiosk {Kiosk}")]
    public static partial void NotStored(ILogger log, string kiosk, Exception why);

    [LoggerMessage(6, LogLevel.Information, "staff code at kiosk {Kiosk}: {Reason}")]
    public static partial void StaffCode(ILogger log, string kiosk, string reason);

    [LoggerMessage(7, LogLevel.Warning, "page request refused: {Reason}")]
    public static partial void PageRefused(ILogger log, string reason);

    [LoggerMessage(8, LogLevel.Information, "page: {Reason}")]
    public static partial void PageAction(ILogger log, string reason);

    [LoggerMessage(9, LogLevel.Error, "file for or from the レセコン: {Reason}")]
    public static partial void FileTrouble(ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Information, "server key: {Reason}")]
    public static partial void ServerKey(ILogger log, string reason);

    [LoggerMessage(11, LogLevel.Information, "certificate of kiosk {Kiosk} renewed")]
    public static partial void KioskRenewed(ILogger log, string kiosk);

    [LoggerMessage(12, LogLevel.Error, "nothing deleted by the retention limits: {Reason}")]
    public static partial void NotPurged(ILogger log, string reason);

    [LoggerMessage(231, LogLevel.Warning, "log lines lost since the start: {Count}")]
    public static partial void LinesLost(ILogger log, long count);

    [LoggerMessage(232, LogLevel.Warning, "database: {Reason}")]
    public static partial void StoreTrouble(ILogger log, string reason);

    [LoggerMessage(251, LogLevel.Warning, "card face sent by kiosk {Kiosk} is not verified: {Reason}")]
    public static partial void CardFaceNotVerified(ILogger log, string kiosk, string reason);

    [LoggerMessage(252, LogLevel.Warning, "card face at kiosk {Kiosk} is not that of the person whom the centre names, arrival {Number}")]
    public static partial void CardFaceDiffers(ILogger log, string kiosk, long number);
}
