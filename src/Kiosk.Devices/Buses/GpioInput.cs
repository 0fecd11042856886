using System.Device.Gpio;

namespace Kiosk.Devices.Buses;

/// <summary>One input line, debounced: a change counts once it has stood for a while.</summary>
public sealed class GpioInput : IDisposable
{
    private readonly GpioController _controller;
    private readonly int _line;
    private readonly bool _activeLow, _shouldDispose;
    private readonly TimeSpan _stands;
    private readonly ITimer _settle;
    private readonly Lock _gate = new();
    private bool _isActive;

    /// <param name="controller">Of the chip the line is on; disposed here when <paramref name="shouldDispose"/>.</param>
    /// <param name="line">Offset on its chip, from 0.</param>
    /// <param name="activeLow">Active at 0 V.</param>
    /// <param name="stands">How long a change must stand, 0 to 1 s. Contacts bounce for 1 to 10 ms.</param>
    public GpioInput(GpioController controller, int line, bool activeLow, TimeSpan stands, TimeProvider time, bool shouldDispose = true)
    {
        (_controller, _line, _activeLow, _stands, _shouldDispose) = (controller, line, activeLow, stands, shouldDispose);
        // Not every chip has pull-ups to switch on: then the board must have one.
        PinMode mode = controller.IsPinModeSupported(line, PinMode.InputPullUp) && activeLow ? PinMode.InputPullUp : PinMode.Input;
        controller.OpenPin(line, mode);
        _isActive = Read();
        _settle = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
    }

    /// <summary>As last settled.</summary>
    public bool IsActive => Volatile.Read(ref _isActive);

    /// <summary>Told on a pool thread, after the line has stood.</summary>
    public event Action<bool>? Changed;

    private void OnEdge(object sender, PinValueChangedEventArgs edge) => _settle.Change(_stands, Timeout.InfiniteTimeSpan);

    private void Settle()
    {
        lock (_gate)
        {
            bool now = Read();
            if (now == _isActive) return;
            Volatile.Write(ref _isActive, now);
        }

        Changed?.Invoke(_isActive);
    }

    private bool Read() => _controller.Read(_line) == PinValue.High != _activeLow;

    public void Dispose()
    {
        _controller.UnregisterCallbackForPinValueChangedEvent(_line, OnEdge);
        _settle.Dispose();
        _controller.ClosePin(_line);
        if (_shouldDispose) _controller.Dispose();
    }
}
