using Kiosk.Devices.Buses;

namespace Kiosk.App.Benches;

/// <summary>
/// Unbinds a USB device from its driver and binds it again. To a program this looks like a pulled cable. Linux only, as root.
/// </summary>
internal sealed class UsbCableSwitch(UsbFacts device) : ICableSwitch
{
    private const string Driver = "/sys/bus/usb/drivers/usb";

    /// <returns>Null: this process cannot unbind the device.</returns>
    public static ICableSwitch? For(UsbFacts? device) =>
        device is not null && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists($"{Driver}/unbind")
            ? new UsbCableSwitch(device)
            : null;

    public Task UnplugAsync(CancellationToken stop) => File.WriteAllTextAsync($"{Driver}/unbind", device.Folder, stop);

    public Task PlugInAsync(CancellationToken stop) => File.WriteAllTextAsync($"{Driver}/bind", device.Folder, stop);
}
