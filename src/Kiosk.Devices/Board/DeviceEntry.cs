namespace Kiosk.Devices.Board;

/// <summary>One device of a kiosk or a test bench, as written in <c>kiosk.json</c> or the bench file. The program asks for a class, never
/// for a model.</summary>
/// <param name="Class">What kind of device it is: a folder name under <c>hardware/</c>, see <see cref="DeviceClass"/>.</param>
/// <param name="Driver">Which driver of the class, if there are several; empty: the first one in its profile.</param>
/// <param name="Address">Where it is connected, in the driver's notation: <c>/dev/video0</c>, <c>Contactless</c>, <c>gpiochip0:17</c>,
/// <c>i2c-1:0x23</c>, <c>spidev0.0</c>, <c>pwmchip0:0</c>.</param>
/// <param name="Model">Maker and model as on the label; used only in reports.</param>
/// <param name="Serial">Serial number; used only in reports.</param>
/// <param name="Count">Pixels of a WS2812 strip, 1 to 300; 0: the driver's default.</param>
/// <param name="ActiveLow">True for a GPIO line that is 0 V when active.</param>
/// <param name="Stimulus">Only for benches: gpio-sim's pull file of the line, through which a bench changes it (Linux kernel,
/// admin-guide/gpio/gpio-sim).</param>
public sealed record DeviceEntry(
    string Class, string Driver = "", string Address = "", string Model = "", string Serial = "", int Count = 0, bool ActiveLow = false,
    string Stimulus = "");
