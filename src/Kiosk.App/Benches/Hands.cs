using Kiosk.Core;
using Kiosk.Devices.Buses;

namespace Kiosk.App.Benches;

/// <summary>Pulls a device's cable and pushes it in again.</summary>
internal interface IPlug
{
    Task PullAsync(CancellationToken stop);

    Task PushAsync(CancellationToken stop);
}

/// <summary>Lays cards on the reader and takes them away.</summary>
internal interface ICardHand
{
    /// <summary>Its moments are exact to the millisecond; a person's are not, so detection is not measured then.</summary>
    bool IsExact { get; }

    /// <summary>Which cards it has; the first is an ordinary one.</summary>
    IReadOnlyList<string> Cards { get; }

    /// <summary>Bit rates it can make its cards speak; empty: as the reader and card agree.</summary>
    IReadOnlyList<string> Rates { get; }

    /// <param name="card">Of <see cref="Cards"/>.</param>
    Task LayAsync(string card, CancellationToken stop);

    Task TakeAsync(CancellationToken stop);

    Task SetRateAsync(string rate, CancellationToken stop);

    /// <summary>What link and card of this insertion needed by the model, ms; null where nobody knows.</summary>
    Task<double?> PhysicsAsync(CancellationToken stop);

    /// <summary>照合番号B of a test card, which the caller disposes; null: the photo is not read.</summary>
    Secret? NumberOf(string card);
}

/// <summary>A person at the desk, asked in words. The news of the reader tells when it was done.</summary>
internal sealed class PersonHand : ICardHand
{
    public bool IsExact => false;

    public IReadOnlyList<string> Cards { get; } = ["card at hand"];

    public IReadOnlyList<string> Rates => [];

    public Task LayAsync(string card, CancellationToken stop) => Ask("lay the card on the reader / カードを置いてください");

    public Task TakeAsync(CancellationToken stop) => Ask("take the card away / カードを取ってください");

    public Task SetRateAsync(string rate, CancellationToken stop) => Task.CompletedTask;

    public Task<double?> PhysicsAsync(CancellationToken stop) => Task.FromResult<double?>(null);

    public Secret? NumberOf(string card) => null;

    private static Task Ask(string what) => Console.Error.WriteLineAsync($"→ {what}");
}

/// <summary>Takes a USB device off its driver and gives it back: what a pulled cable looks like to every program above. Root on Linux only.</summary>
internal sealed class UsbPlug(UsbFacts device) : IPlug
{
    private const string Driver = "/sys/bus/usb/drivers/usb";

    public static IPlug? Of(UsbFacts? device) =>
        device is not null && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists($"{Driver}/unbind") ? new UsbPlug(device) : null;

    public Task PullAsync(CancellationToken stop) => File.WriteAllTextAsync($"{Driver}/unbind", device.Folder, stop);

    public Task PushAsync(CancellationToken stop) => File.WriteAllTextAsync($"{Driver}/bind", device.Folder, stop);
}
