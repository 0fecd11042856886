namespace Kiosk.Devices.Board;

/// <summary>One device of a kiosk or a test desk, as written in <c>kiosk.json</c> or the bench file. Code asks for a class, never for a model.</summary>
/// <param name="Class">What it can do: a folder name under <c>hardware/</c>, see <see cref="DeviceClass"/>.</param>
/// <param name="Driver">Which of the class's drivers, where there is more than one; empty: the first of its profile.</param>
/// <param name="Address">Where it is, in the driver's own words: <c>/dev/video0</c>, <c>Contactless</c>, <c>gpiochip0:17</c>, <c>i2c-1:0x23</c>, <c>spidev0.0</c>, <c>pwmchip0:0</c>.</param>
/// <param name="Model">Maker and model as on the label; for reports only.</param>
/// <param name="Serial">For reports only.</param>
/// <param name="Count">Pixels of a WS2812 strip, 1 to 300; 0: the driver's default.</param>
/// <param name="ActiveLow">A GPIO line that is 0 V when active.</param>
/// <param name="Stimulus">Benches only: gpio-sim's pull file of the line, by which a bench moves it (kernel, admin-guide/gpio/gpio-sim).</param>
public sealed record DeviceEntry(
    string Class, string Driver = "", string Address = "", string Model = "", string Serial = "", int Count = 0, bool ActiveLow = false, string Stimulus = "");
