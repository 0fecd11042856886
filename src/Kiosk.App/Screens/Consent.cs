namespace Kiosk.App.Screens;

/// <summary>Texts for the questions of the reception's catalogue, which may be newer than this program.</summary>
public static class Consent
{
    /// <returns>The code, or <c>other</c> if there is no text for it: the patient is then asked in general words.</returns>
    public static string Known(Look look, string code) => look.Texts.Has($"consent.{code}.name") ? code : "other";
}
