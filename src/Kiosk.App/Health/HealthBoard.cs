using Kiosk.App.Visits;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;

namespace Kiosk.App.Health;

/// <summary>
/// The state of the kiosk's parts. Each watcher of a part sets it here; the reception's page and <c>/healthz</c> show it. Contains nothing
/// of a patient. Thread-safe.
/// </summary>
public sealed class HealthBoard
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, DeviceHealth> _devices = new(StringComparer.Ordinal);
    private KioskHealth _current = new(ProductVersion, []);

    /// <summary>Raised after each change, with the complete state; outside the lock, on the thread that set it.</summary>
    public event Action<KioskHealth>? Changed;

    /// <summary>Version of this program, as the reception shows it.</summary>
    public static string ProductVersion { get; } = typeof(HealthBoard).Assembly.GetName().Version!.ToString(3);

    public KioskHealth Current => Volatile.Read(ref _current);

    /// <param name="device">reader, camera, face, …; 1 to 32 of a-z, 0-9 and hyphen.</param>
    /// <param name="why">Null: it works.</param>
    /// <param name="detail">For a technician; never contains anything of a patient.</param>
    public void Set(string device, Failure? why, string detail = "") =>
        Change(now =>
        {
            _devices[device] = new(device, why, why is null ? "" : detail);
            return now with { Devices = [.. _devices.Values] };
        });

    /// <param name="warning">What staff must know about the engine; empty = nothing.</param>
    public void SetEngine(string id, string warning) => Change(now => now with { Engine = id, EngineWarning = warning });

    public void SetImage(ImageHealth image) => Change(now => now with { Image = image });

    /// <summary>Totals since the start, see <see cref="VisitMeter"/>.</summary>
    public void SetVisits(IReadOnlyList<VisitCount> visits, IReadOnlyList<StageTime> stages) =>
        Change(now => now with { Visits = visits, Stages = stages });

    private void Change(Func<KioskHealth, KioskHealth> change)
    {
        KioskHealth next;
        lock (_gate)
        {
            next = change(_current);
            // Records compare lists by reference. Compare their contents here, so that an unchanged state raises no event.
            if (next with { Devices = _current.Devices } == _current && next.Devices.SequenceEqual(_current.Devices)) return;
            Volatile.Write(ref _current, next);
        }

        Changed?.Invoke(next);
    }
}
