namespace Kiosk.App.PageServer;

/// <summary>What a site sets about its screen.</summary>
/// <param name="Port">Loopback port, 0 = any free one; ignored when a listening socket is handed over (LISTEN_FDS=1, descriptor 3).</param>
/// <param name="PanelWidthMm">Width of the lit area in mm, 150 to 1200; 217 is a 10.1-inch 16:10 panel.</param>
/// <param name="Language">Language of a screen nobody has touched: a file name of Screens/Texts.</param>
/// <param name="ShufflePad">Digits are dealt anew for every pad; the default keeps them where habit expects them.</param>
/// <param name="SessionFile">Where the browser's session key outlives this process, so that a screen comes back by itself
/// after a restart; null: the key dies with the process and the browser needs a new URL.</param>
/// <param name="Voices">Folder of clips, LANGUAGE/KEY.ogg (<c>./dev voices</c>); null or missing: chimes only.</param>
/// <param name="ManyBrowsers">The URL lets in more than one browser: at the simulated desk only.</param>
public sealed record UiOptions(
    int Port = 0, double PanelWidthMm = 217, string Language = "ja", bool ShufflePad = false, string? SessionFile = null, string? Voices = null, bool ManyBrowsers = false);
