namespace Kiosk.App.PageServer;

/// <summary>Settings of the screen.</summary>
/// <param name="Port">Loopback port; 0 = any free one. Ignored when systemd passes a listening socket (LISTEN_FDS=1, descriptor 3).</param>
/// <param name="PanelWidthMm">Width of the lit area in mm, 150 to 1200; 217 is a 10.1-inch 16:10 panel.</param>
/// <param name="Language">Language shown to a new patient: a file name of Screens/Texts.</param>
/// <param name="ShufflePad">Shuffle the digits each time a pad is shown. Default: the usual order, which people know.</param>
/// <param name="SessionFile">File that keeps the browser's session key over a restart of this process, so that the screen comes back by
/// itself. Null: the key is lost with the process and the browser needs a new URL.</param>
/// <param name="Voices">Folder of clips, LANGUAGE/KEY.ogg (<c>./dev voices</c>); null or missing: tones only.</param>
/// <param name="PortSetting">Where the port is set, for the message when it is in use.</param>
/// <param name="ManyBrowsers">The URL admits more than one browser. Only for the simulated desk.</param>
public sealed record UiOptions(
    int Port = 0, double PanelWidthMm = 217, string Language = "ja", bool ShufflePad = false, string? SessionFile = null,
    string? Voices = null, bool ManyBrowsers = false, string PortSetting = "ui.port of kiosk.json");
