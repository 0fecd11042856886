
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

    [LoggerMessage(260, LogLevel.Warning, "two machines use the key of kiosk {Kiosk} at the same time")]
    public static partial void TwoUsersOfOneKey(ILogger log, string kiosk);

    [LoggerMessage(261, LogLevel.Warning, "list of denied keys: {Reason}")]
    public static partial void DenyList(ILogger log, string reason);

    [LoggerMessage(262, LogLevel.Error, "first use of a renewed key of kiosk {Kiosk} not noted: {Reason}")]
    public static partial void RenewalNotNoted(ILogger log, string kiosk, string reason);

    [LoggerMessage(263, LogLevel.Information, "page: {Staff}: {Reason} {About}")]
    public static partial void Access(ILogger log, string staff, string reason, string about);

    [LoggerMessage(264, LogLevel.Error, "a line of the access log was not stored: {Reason}")]
    public static partial void AccessNotStored(ILogger log, string reason);

    [LoggerMessage(265, LogLevel.Error, "disaster mode cannot be read: {Reason}")]
    public static partial void DisasterUnknown(ILogger log, string reason);

    [LoggerMessage(300, LogLevel.Error, "the centre's program failed: {Reason}")]
    public static partial void CentreFailed(ILogger log, string reason);

    [LoggerMessage(301, LogLevel.Information, "a card was registered as insurance card at kiosk {Kiosk}")]
    public static partial void CardRegistered(ILogger log, string kiosk);

    [LoggerMessage(302, LogLevel.Warning, "a card was not registered as insurance card at kiosk {Kiosk}: the centre did not do it")]
    public static partial void CardNotRegistered(ILogger log, string kiosk);

    [LoggerMessage(12, LogLevel.Error, "nothing deleted by the retention limits: {Reason}")]
    public static partial void NotPurged(ILogger log, string reason);

    [LoggerMessage(231, LogLevel.Warning, "log lines lost since the start: {Count}")]
    public static partial void LinesLost(ILogger log, long count);

    [LoggerMessage(232, LogLevel.Warning, "database: {Reason}")]
    public static partial void StoreTrouble(ILogger log, string reason);

    [LoggerMessage(295, LogLevel.Warning, "request folder of the レセコン: {Reason}")]
    public static partial void UnknownRequest(ILogger log, string reason);

    [LoggerMessage(330, LogLevel.Error, "what waits for a review of emergency viewing cannot be read: {Reason}")]
    public static partial void EmergencyUnknown(ILogger log, string reason);

    [LoggerMessage(331, LogLevel.Warning, "notice of an arrival to the site's own system: {Reason}")]
    public static partial void EventTrouble(ILogger log, string reason);

    [LoggerMessage(332, LogLevel.Warning, "answer of the site's own system about an arrival not used: {Reason}")]
    public static partial void AnswerNotUsed(ILogger log, string reason);

    [LoggerMessage(251, LogLevel.Warning, "card face sent by kiosk {Kiosk} is not verified: {Reason}")]
    public static partial void CardFaceNotVerified(ILogger log, string kiosk, string reason);

    [LoggerMessage(252, LogLevel.Warning, "card face at kiosk {Kiosk} is not that of the person whom the centre names, arrival {Number}")]
    public static partial void CardFaceDiffers(ILogger log, string kiosk, long number);
}
