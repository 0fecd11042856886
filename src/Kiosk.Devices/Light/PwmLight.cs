using System.Device.Pwm;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Light;

/// <summary>One LED of one colour on a PWM channel: shows the brightness of a colour, not the colour.</summary>
/// <param name="channel">At 200 Hz or more, so that the eye sees no flicker; disposed here.</param>
public sealed class PwmLight(PwmChannel channel) : IStatusLight
{
    public const int Hertz = 1000;
    private bool _isRunning;

    public void Show(byte red, byte green, byte blue)
    {
        try
        {
            channel.DutyCycle = Math.Max(red, Math.Max(green, blue)) / 255.0;
            if (!_isRunning) channel.Start();
            _isRunning = true;
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "status light (PWM)", gone);
        }
    }

    public void Dispose()
    {
        if (_isRunning) channel.Stop();
        channel.Dispose();
    }
}
