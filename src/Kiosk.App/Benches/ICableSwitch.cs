namespace Kiosk.App.Benches;

/// <summary>Takes a device's cable out and puts it in again, or does what looks the same to a program.</summary>
internal interface ICableSwitch
{
    Task UnplugAsync(CancellationToken stop);

    Task PlugInAsync(CancellationToken stop);
}
