using System.Device.Gpio;

namespace Kiosk.Devices.Buses;

/// <summary>One debounced input line: a change counts only after it has lasted for a given time. Not with GpioButton of
/// Iot.Device.Bindings: it reports the first edge of a spike, does not know the state at the start, and refuses a line without a
/// pull-up.</summary>
public sealed class GpioInput : IDisposable
{
    private readonly GpioController _controller;
    private readonly int _line;
    private readonly bool _activeLow, _shouldDispose;
    private readonly TimeSpan _debounce;
    private readonly ITimer _settle;
    private readonly Lock _gate = new();
    private bool _isActive;

    /// <param name="controller">Controller of the line's chip; disposed here if <paramref name="shouldDispose"/>.</param>
    /// <param name="line">Offset on its chip, from 0.</param>
    /// <param name="activeLow">True: active at 0 V.</param>
    /// <param name="debounce">How long a change must last, 0 to 1 s. Contacts bounce for 1 to 10 ms.</param>
    public GpioInput(GpioController controller, int line, bool activeLow, TimeSpan debounce, TimeProvider time, bool shouldDispose = true)
    {
        (_controller, _line, _activeLow, _debounce, _shouldDispose) = (controller, line, activeLow, debounce, shouldDispose);
        // Some chips have no pull-ups; then the board must have one.
        PinMode mode = controller.IsPinModeSupported(line, PinMode.InputPullUp) && activeLow ? PinMode.InputPullUp : PinMode.Input;
        controller.OpenPin(line, mode);
        _isActive = Read();
        _settle = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
    }

    /// <summary>The debounced state.</summary>
    public bool IsActive => Volatile.Read(ref _isActive);

    /// <summary>The debounced state has changed. Raised on a pool thread.</summary>
    public event Action<bool>? Changed;

    private void OnEdge(object sender, PinValueChangedEventArgs edge) => _settle.Change(_debounce, Timeout.InfiniteTimeSpan);

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
