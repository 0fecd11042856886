using System.Buffers.Text;
using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.Core;

namespace Kiosk.App.PageServer;

/// <summary>
/// The state of a screen: the visit, how it is displayed to this person, and the order of the pad's digits. The browser's socket and
/// the unattended patient of <c>kiosk-lab visit</c> use the same <see cref="NextAsync"/> and <see cref="Take"/>.
/// </summary>
public sealed class UiPort : IDisposable
{
    /// <summary>A guarded button ignores presses for this time after a screen change. Nobody reads that fast, but a finger may
    /// bounce.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromMilliseconds(300);

    /// <summary>How long settings are kept when a person chose some and left without a card.</summary>
    private static readonly TimeSpan DisplayKept = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly IVisitPort _port;
    private readonly UiOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _forget;
    private readonly LatestValue<UiView> _view;
    private long _since;
    private long _keypadMoves;

    public UiPort(IVisitPort port, UiOptions options, TimeProvider time)
    {
        (_port, _options, _time) = (port, options, time);
        _view = new(new UiView(1, port.Current, SiteDisplay(port.Current.State.Station), NewPad()));
        _since = time.GetTimestamp();
        _forget = time.CreateTimer(_ => ForgetDisplay(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public UiView Current => _view.Value;

    /// <summary>Follows the visit until stopped; one per port.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (VisitView seen = _port.Current; ; seen = await _port.NextAsync(seen, stop)) Follow(seen);
    }

    /// <summary>Waits until <see cref="Current"/> is another object than <paramref name="seen"/>. Views in between are skipped.</summary>
    public Task<UiView> NextAsync(UiView seen, CancellationToken stop) => _view.NextAsync(seen, stop);

    /// <summary>Takes one press: "&lt;view number&gt; &lt;button id&gt;", ASCII. Any other text, or a press on an older view, is
    /// dropped.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out long number, out int read) || read >= line.Length || line[read] != ' ') return;
        if (Buttons.Find(line[(read + 1)..]) is not ButtonPress press) return;
        UiView shown;
        TimeSpan age;
        lock (_gate) (shown, age) = (Current, _time.GetElapsedTime(_since));
        if (number != shown.Number) return;
        Execute(press, shown, age);
    }

    /// <summary>A keypad key that moves through the page's buttons. Only the page knows which button has the focus.</summary>
    /// <param name="what">next, prev, press, back or again.</param>
    public void MoveByKeypad(string what)
    {
        Change(now => now with { KeypadMove = $"{++_keypadMoves} {what}", Display = now.Display with { Keys = true } });
        _port.Press(Current.Visit.Screen, new VisitEvent.Touched());
    }

    /// <summary>A digit key of the tactile keypad, 0 to 9. It goes straight into the buffer, not through the browser.</summary>
    public void Digit(int digit)
    {
        Change(now => now.Display.Keys ? now : now with { Display = now.Display with { Keys = true } });
        UiView now = Current;
        if (now.State.DigitsWanted is not null) _port.Key(now.Visit.Screen, digit);
    }

    public void Dispose() => _forget.Dispose();

    private void Execute(ButtonPress press, UiView shown, TimeSpan age)
    {
        long screen = shown.Visit.Screen;
        switch (press)
        {
            case ButtonPress.Slot slot when shown.State.DigitsWanted is not null && shown.Pad.DigitAt(slot.Number) is int digit:
                _port.Key(screen, digit);
                break;
            case ButtonPress.Erase when shown.State.DigitsWanted is not null:
                _port.Erase(screen);
                break;
            case ButtonPress.SendEvent send when !send.Guarded || age >= Guard:
                _port.Press(screen, send.Event);
                break;
            case ButtonPress.ChangeDisplay change:
                Change(now => now with { Display = change.Change(now.Display) });
                _port.Press(screen, new VisitEvent.Touched());
                break;
            case ButtonPress.Shuffle when shown.State.DigitsWanted is not null:
                Change(now => now with { Pad = PinKeys.Shuffled() });
                _port.Press(screen, new VisitEvent.Touched());
                break;
        }
    }

    private void Follow(VisitView visit)
    {
        lock (_gate)
        {
            if (ReferenceEquals(visit, Current.Visit)) return;
            UiView next = Current with { Visit = visit };
            // A changed text size or volume of the site takes effect at once, unless the person has chosen other settings.
            if (UiView.IsFree(visit.State) && Current.Display == SiteDisplay())
                next = next with { Display = SiteDisplay(visit.State.Station) };
            if (visit.Screen != Current.Visit.Screen)
            {
                bool over = UiView.IsFree(visit.State) && !UiView.IsFree(Current.State);
                // Only the newest view is delivered, so the free screen between two visits may have been skipped.
                over |= visit.State is VisitState.ReadingCard && Visit.IsUnderWay(Current.State);
                // The next patient came while the last result was still shown. A patient who was asked to lay the card down again is the
                // same
                // person and keeps the settings.
                over |= visit.State is VisitState.ReadingCard
                    && Current.State is VisitState.Idle { LastVisit: Ending.Accepted or Ending.Cancelled or Ending.TimedOut };
                next = over
                    ? next with { Display = SiteDisplay(visit.State.Station), Pad = NewPad() }
                    : next with
                    {
                        Display = next.Display with { Overlay = Overlay.None },
                        Pad = _options.ShufflePad ? PinKeys.Shuffled() : next.Pad,
                    };
            }
            Publish(next);
        }
    }

    private void Change(Func<UiView, UiView> change)
    {
        lock (_gate) Publish(change(Current));
    }

    /// <summary>Call only while holding the lock.</summary>
    private void Publish(UiView next)
    {
        bool other = next.Visit.Screen != Current.Visit.Screen || next.Display.Overlay != Current.Display.Overlay
            || next.Pad != Current.Pad;
        if (other) _since = _time.GetTimestamp();
        UiView now = other ? next with { Number = Current.Number + 1 } : next;
        _view.Set(now);
        bool forgetLater = UiView.IsFree(now.State) && now.Display != SiteDisplay();
        _forget.Change(forgetLater ? DisplayKept : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ForgetDisplay()
    {
        lock (_gate)
        {
            if (UiView.IsFree(Current.State)) Publish(Current with { Display = SiteDisplay() });
        }
    }

    private Display SiteDisplay() => SiteDisplay(Current.State.Station);

    private Display SiteDisplay(Station station) => new(
        _options.Language, (TextSize)Math.Clamp(station.Policy.TextSize, 0, 3),
        Sound: (SoundMode)Math.Clamp(station.Policy.Sound, 0, 3));

    private PinKeys NewPad() => _options.ShufflePad ? PinKeys.Shuffled() : PinKeys.Usual;
}
