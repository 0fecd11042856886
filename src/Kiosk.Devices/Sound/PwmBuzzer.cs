using System.Device.Pwm;
using Iot.Device.Buzzer;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Sound;

/// <summary>A passive piezo buzzer on a PWM channel, with the binding of Iot.Device.Bindings. The frequency is the tone; half duty is the
/// loudest. The binding's own PlayTone is not used: it blocks a thread and cannot be stopped.</summary>
public sealed class PwmBuzzer : ISounder
{
    public const int Hertz = 2000;
    private readonly Buzzer _buzzer;
    private readonly PwmChannel _channel;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <param name="channel">Disposed here.</param>
    public PwmBuzzer(PwmChannel channel, TimeProvider time) => (_channel, _time, _buzzer) = (channel, time, new Buzzer(channel));

    public async Task PlayAsync(IReadOnlyList<Note> notes, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            // The binding leaves the duty as it is. The channel keeps it when the frequency changes.
            _channel.DutyCycle = 0.5;
            foreach (Note note in notes)
            {
                if (note.Hertz > 0) _buzzer.StartPlaying(note.Hertz);
                await Task.Delay(TimeSpan.FromMilliseconds(note.Milliseconds), _time, stop);
                _buzzer.StopPlaying();
            }
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "buzzer (PWM)", gone);
        }
        finally
        {
            _buzzer.StopPlaying();
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _buzzer.StopPlaying();
        _buzzer.Dispose();
        _turn.Dispose();
    }
}
