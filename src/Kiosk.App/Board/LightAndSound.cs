using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Devices.Light;
using Kiosk.Devices.Sound;

namespace Kiosk.App.Board;

/// <summary>Shows and plays what <see cref="Signal"/> says for the current state.</summary>
/// <param name="faceLight">While a face is compared, the light takes part in its steps; null: this site has none.</param>
internal sealed class LightAndSound(IVisitPort port, TimeProvider time, FaceLight? faceLight = null)
{
    /// <summary>25 steps a second look smooth.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(40);

    /// <exception cref="FailureException">BoardDeviceMissing.</exception>
    public async Task ShowLightAsync(IStatusLight light, CancellationToken stop)
    {
        VisitView view = port.Current;
        Lamp? lamp = null;
        long since = 0;
        Task<VisitView> next = port.NextAsync(view, stop);
        FaceLight.Shown? step = faceLight?.Current;
        Task<FaceLight.Shown>? stepped = step is null ? null : faceLight!.NextAsync(step, stop);
        while (true)
        {
            Lamp wanted = Signal.For(view.State).Lamp;
            if (view.State is VisitState.MatchingFace && step is not null) wanted = wanted.Tinted(step.Step.Lamp);
            if (wanted != lamp) (lamp, since) = (wanted, time.GetTimestamp());
            (byte red, byte green, byte blue) = wanted.At(time.GetElapsedTime(since));
            light.Show(red, green, blue);
            Task changed = stepped is null ? next : Task.WhenAny(next, stepped);
            if (wanted.Pattern is LampPattern.Steady) await changed;
            else await Task.WhenAny(changed, Task.Delay(_step, time, stop));
            stop.ThrowIfCancellationRequested();
            if (stepped is { IsCompleted: true })
            {
                step = await stepped;
                stepped = faceLight!.NextAsync(step, stop);
            }
            if (!next.IsCompleted) continue;
            view = await next;
            next = port.NextAsync(view, stop);
        }
    }

    /// <exception cref="FailureException">BoardDeviceMissing.</exception>
    public async Task PlaySoundsAsync(ISounder sounder, CancellationToken stop)
    {
        VisitView view = port.Current;
        Signal played = Signal.For(view.State);
        while (true)
        {
            view = await port.NextAsync(view, stop);
            Signal now = Signal.For(view.State);
            if (now != played && now.Tone is not Tone.None) await sounder.PlayAsync(Notes(now), stop);
            played = now;
        }
    }

    /// <summary>Notes of a signal, less than a second in total. A louder reminder is a longer one, because a buzzer has one
    /// loudness.</summary>
    internal static IReadOnlyList<Note> Notes(Signal signal) => signal.Tone switch
    {
        Tone.None => [],
        Tone.CardSeen => [new(2000, 80)],
        Tone.Done => [new(1600, 120), new(2400, 180)],
        Tone.TakeCard => [.. Enumerable.Range(0, 1 + signal.Loudness).SelectMany(_ => (Note[])[new(2000, 130), new(0, 80)])],
        Tone.Trouble => [new(1600, 150), new(1200, 250)],
        Tone.Attention => [new(1800, 120), new(0, 80), new(1800, 120)],
    };
}
