namespace Kiosk.App.Logging;

/// <summary>Every log message of the kiosk, with its id. Only properties of the allowlist in <see cref="LogSetup"/> are used; none contains
/// anything of a patient.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "kiosk ready")]
    public static partial void KioskReady(this ILogger log);

    [LoggerMessage(110, LogLevel.Information, "{State} by {Cause}")]
    public static partial void StateEntered(this ILogger log, string state, string cause);

    [LoggerMessage(120, LogLevel.Warning, "{Action} failed: {Reason} {Code} {Detail}")]
    public static partial void ActionFailed(this ILogger log, string action, string reason, string code, string detail);

    [LoggerMessage(121, LogLevel.Error, "{Action} crashed")]
    public static partial void ActionCrashed(this ILogger log, Exception bug, string action);

    [LoggerMessage(122, LogLevel.Error, "the visit crashed")]
    public static partial void VisitCrashed(this ILogger log, Exception bug);

    [LoggerMessage(130, LogLevel.Warning, "reader lost: {Reason} {Detail}")]
    public static partial void ReaderLost(this ILogger log, string reason, string detail);

    [LoggerMessage(131, LogLevel.Information, "reader back")]
    public static partial void ReaderBack(this ILogger log);

    [LoggerMessage(140, LogLevel.Warning, "link down: {Reason} {Detail}")]
    public static partial void LinkDown(this ILogger log, string reason, string detail);

    [LoggerMessage(141, LogLevel.Information, "link up")]
    public static partial void LinkUp(this ILogger log);

    [LoggerMessage(142, LogLevel.Information, "certificate renewed")]
    public static partial void CertificateRenewed(this ILogger log);

    [LoggerMessage(150, LogLevel.Warning, "camera lost: {Reason} {Detail}")]
    public static partial void CameraLost(this ILogger log, string reason, string detail);

    [LoggerMessage(151, LogLevel.Information, "camera back")]
    public static partial void CameraBack(this ILogger log);

    [LoggerMessage(170, LogLevel.Warning, "{Action} lost: {Reason} {Detail}")]
    public static partial void BoardLost(this ILogger log, string action, string reason, string detail);

    [LoggerMessage(171, LogLevel.Warning, "the case was opened")]
    public static partial void CaseOpened(this ILogger log);

    [LoggerMessage(172, LogLevel.Information, "the case was closed and released by staff")]
    public static partial void CaseReleased(this ILogger log);

    [LoggerMessage(160, LogLevel.Information, "interrupted check-ins cleared from the journal: {Count}")]
    public static partial void JournalSettled(this ILogger log, int count);

    [LoggerMessage(250, LogLevel.Warning,
        "the reception does not compare card faces: update it, or set its cardFaceCaFiles")]
    public static partial void CardFaceNotCompared(this ILogger log);

    [LoggerMessage(180, LogLevel.Information, "keypad connected: {Connected}")]
    public static partial void Keypad(this ILogger log, bool connected);

    [LoggerMessage(210, LogLevel.Warning, "files of the trust folder that are not used: {Detail}")]
    public static partial void TrustNotUsed(this ILogger log, string detail);

    [LoggerMessage(220, LogLevel.Warning, "no page on the screen")]
    public static partial void ScreenLost(this ILogger log);

    [LoggerMessage(221, LogLevel.Information, "page on the screen again")]
    public static partial void ScreenBack(this ILogger log);

    [LoggerMessage(222, LogLevel.Warning, "{Action} not connected: {Detail}")]
    public static partial void PanelLost(this ILogger log, string action, string detail);

    [LoggerMessage(223, LogLevel.Information, "{Action} connected again")]
    public static partial void PanelBack(this ILogger log, string action);

    [LoggerMessage(350, LogLevel.Warning, "ticket printer: {Reason} {Detail}")]
    public static partial void TicketPrinterLost(this ILogger log, string reason, string detail);

    [LoggerMessage(351, LogLevel.Information, "ticket printer works again")]
    public static partial void TicketPrinterBack(this ILogger log);

    [LoggerMessage(230, LogLevel.Warning, "log lines lost since the start: {Count}")]
    public static partial void LinesLost(this ILogger log, long count);

    [LoggerMessage(234, LogLevel.Warning, "the decoder of card pictures does not answer; patients use the PIN")]
    public static partial void DecoderMissing(this ILogger log);

    [LoggerMessage(235, LogLevel.Information, "the decoder of card pictures answers again")]
    public static partial void DecoderBack(this ILogger log);

    /// <summary>Also when the light abstains: the reason is in the detail.</summary>
    [LoggerMessage(236, LogLevel.Information, "light of the screen on the face: {State}, {Detail}")]
    public static partial void LightJudged(this ILogger log, string state, string detail);

    [LoggerMessage(233, LogLevel.Warning, "the decoder of card pictures runs without: {Reason}")]
    public static partial void DecoderNotConfined(this ILogger log, string reason);

    [LoggerMessage(340, LogLevel.Warning, "serves by PIN and by staff's check, without face check and card pictures: {Reason}")]
    public static partial void ServesByPin(this ILogger log, string reason);
}
