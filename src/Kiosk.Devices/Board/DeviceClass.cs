namespace Kiosk.Devices.Board;

/// <summary>The device classes: each is a folder under <c>hardware/</c> with a README and a <c>profile.json</c>.</summary>
public static class DeviceClass
{
    public const string ContactlessReader = "contactless-reader";
    public const string ContactReader = "contact-reader";
    public const string FaceCamera = "face-camera";
    public const string CardCamera = "card-camera";
    public const string NirCamera = "nir-camera";
    public const string Keypad = "keypad";
    public const string StatusLight = "status-light";
    public const string Sound = "sound";
    public const string Presence = "presence";
    public const string AmbientLight = "ambient-light";
    public const string Temperature = "temperature";
    public const string Tamper = "tamper";
    public const string Watchdog = "watchdog";
    public const string TicketPrinter = "ticket-printer";

    public static IReadOnlyList<string> All { get; } =
    [
        ContactlessReader, ContactReader, FaceCamera, CardCamera, NirCamera, Keypad, StatusLight, Sound, Presence, AmbientLight,
        Temperature, Tamper, Watchdog, TicketPrinter,
    ];
}
