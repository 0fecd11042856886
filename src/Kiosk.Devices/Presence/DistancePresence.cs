using System.Device.I2c;
using Iot.Device.Vl53L0X;
using Iot.Device.Vl53L1X;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Presence;

/// <summary>A distance sensor that looks at the place in front of the kiosk: somebody is there when it measures less than
/// <see cref="NearMillimetres"/>, until it measures more than <see cref="FarMillimetres"/>.</summary>
public sealed class DistancePresence : IPresence
{
    /// <summary>An arm's length in front of the kiosk. The two limits differ, so that a person at the limit does not come and go.</summary>
    public const int NearMillimetres = 1000, FarMillimetres = 1200;

    /// <summary>Longer than one measurement of either sensor.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly string _chip;
    private readonly I2cDevice _i2c;
    private readonly Func<double?> _measure;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private bool _isThere, _isDisposed;
    private Exception? _lost;

    /// <param name="chip">Name of the chip, for failures.</param>
    /// <param name="i2c">Disposed here, also if the constructor fails.</param>
    /// <param name="start">Sets the chip up; returns what measures once: millimetres, null if nothing is in reach.</param>
    /// <exception cref="FailureException">BoardDeviceMissing: no answer, or another chip.</exception>
    public DistancePresence(string chip, I2cDevice i2c, Func<I2cDevice, Func<double?>> start, TimeProvider time)
    {
        (_chip, _i2c) = (chip, i2c);
        try
        {
            _measure = start(i2c);
            _isThere = _measure() < NearMillimetres;
        }
        catch (Exception wrong) when (wrong is not FailureException)
        {
            i2c.Dispose();
            throw Missing(wrong);
        }

        _timer = time.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <exception cref="FailureException">BoardDeviceMissing: the sensor has stopped answering.</exception>
    public bool IsSomebodyThere
    {
        get
        {
            lock (_gate)
            {
                EnsureItAnswers();
                return _isThere;
            }
        }
    }

    public event Action<bool>? Changed;

    /// <summary>ST VL53L0X, at 0x29: reaches about 1.2 m on clothes.</summary>
    public static Func<double?> Vl53L0X(I2cDevice bus)
    {
        Vl53L0X chip = new(bus);
        // Out of reach is 8190, and 0 is no measurement.
        return () => chip.Distance is ushort distance and > 0 and < (ushort)OperationRange.OutOfRange ? distance : null;
    }

    /// <summary>ST VL53L1X, at 0x29: reaches up to 4 m. The binding does not wait for a new value, so the first one is not used.</summary>
    public static Func<double?> Vl53L1X(I2cDevice bus)
    {
        Vl53L1X chip = new(bus);
        bool isFirst = true;
        return () =>
        {
            if (!isFirst && !chip.IsRangingActive) throw new IOException("the sensor has restarted");
            double distance = chip.Distance.Millimeters;
            bool isValid = !isFirst && IsValid(chip);
            isFirst = false;
            return isValid ? distance : null;
        };
    }

    private static bool IsValid(Vl53L1X chip)
    {
        try
        {
            return chip.RangeStatus is RangeStatus.NoError;
        }
        // The binding throws for a status that it does not know.
        catch (Exception unknown) when (unknown is not IOException)
        {
            return false;
        }
    }

    private void Look()
    {
        bool there;
        lock (_gate)
        {
            if (_isDisposed || _lost is not null) return;
            try
            {
                there = _measure() < (_isThere ? FarMillimetres : NearMillimetres);
            }
            catch (Exception gone) when (gone is not OutOfMemoryException)
            {
                // Told by IsSomebodyThere: nobody listens to a timer's exception.
                _lost = gone;
                return;
            }

            if (there == _isThere) return;
            _isThere = there;
        }

        Changed?.Invoke(there);
    }

    private void EnsureItAnswers()
    {
        if (_lost is not null) throw Missing(_lost);
    }

    private FailureException Missing(Exception wrong) =>
        new(Failure.BoardDeviceMissing, $"presence ({_chip}): {wrong.Message}", wrong);

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _i2c.Dispose();
        }
    }
}
