using System.Device.Pwm;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Sound;

/// <summary>A passive piezo buzzer on a PWM channel. The frequency is the tone; half duty is the loudest.</summary>
/// <param name="channel">Disposed here.</param>
public sealed class PwmBuzzer(PwmChannel channel, TimeProvider time) : ISounder
{
    public const int Hertz = 2000;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task PlayAsync(IReadOnlyList<Note> notes, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            foreach (Note note in notes)
            {
                if (note.Hertz > 0)
                {
                    channel.Frequency = note.Hertz;
                    channel.DutyCycle = 0.5;
                    channel.Start();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(note.Milliseconds), time, stop);
                channel.Stop();
            }
        }
        catch (IOException gone)
        {
            throw new FailureException(Failure.BoardDeviceMissing, "buzzer (PWM)", gone);
        }
        finally
        {
            channel.Stop();
            _turn.Release();
        }
    }

    public void Dispose()
    {
        channel.Stop();
        channel.Dispose();
        _turn.Dispose();
    }
}
