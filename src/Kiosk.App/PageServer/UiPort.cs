using System.Buffers.Text;
using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Values;

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

    /// <summary>The digit keys of the tactile keypad, as <see cref="KeyBounce"/> compares them. The touch keys are others.</summary>
    private static readonly object[] KeypadDigits = [.. Enumerable.Range(0, 10).Select(_ => new object())];

    /// <summary>How long settings are kept when a person chose some and left without a card.</summary>
    private static readonly TimeSpan DisplayKept = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly IVisitPort _port;
    private readonly UiOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _forget;
    private readonly KeyBounce _bounce;
    private readonly LatestValue<UiView> _view;
    private long _since;
    private long _keypadMoves;

    /// <summary>The first view number whose choices of looks are this patient's.</summary>
    private long _patientFrom = 1;

    /// <summary>The view number of the farewell that is shown; 0: none.</summary>
    private long _farewellFrom;

    /// <summary>What was chosen during the last patient's farewell: it counts for whoever lays down the next card. Null: nothing.</summary>
    private Display? _chosenForNext;

    public UiPort(IVisitPort port, UiOptions options, TimeProvider time)
    {
        (_port, _options, _time) = (port, options, time);
        _bounce = new(time);
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

    /// <summary>
    /// Takes one press: "&lt;view number&gt; &lt;button id&gt;", ASCII. Anything else is dropped, and so is a press of an older view.
    /// Only a
    /// choice of looks (language, size, volume ...) counts late: it belongs to the person, whose card may be read in the same moment.
    /// </summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out long number, out int read) || read >= line.Length || line[read] != ' ') return;
        if (Buttons.Find(line[(read + 1)..]) is not ButtonPress press) return;
        UiView shown;
        TimeSpan age;
        lock (_gate) (shown, age) = (Current, _time.GetElapsedTime(_since));
        if (number == shown.Number) Execute(press, shown, age);
        else if (press is ButtonPress.ChangeDisplay show) ShowLate(number, show);
    }

    /// <summary>A keypad key that moves through the page's buttons. Only the page knows which button has the focus.</summary>
    /// <param name="what">next, prev, press, back or again.</param>
    public void MoveByKeypad(string what)
    {
        if (_bounce.IsBounce(what)) return;
        Change(now => now with { KeypadMove = $"{++_keypadMoves} {what}", Display = now.Display with { Keys = true } });
        _port.Press(Current.Visit.Screen, new VisitEvent.Touched());
    }

    /// <summary>A digit key of the tactile keypad, 0 to 9. It goes straight into the buffer, not through the browser.</summary>
    public void Digit(int digit)
    {
        if (_bounce.IsBounce(KeypadDigits[digit])) return;
        Change(now => now.Display.Keys ? now : now with { Display = now.Display with { Keys = true } });
        UiView now = Current;
        if (now.State.DigitsWanted is not null) _port.Key(now.Visit.Screen, digit);
    }

    /// <summary>Follows the steps of the light until stopped; from now on patients can ask for a calm screen.</summary>
    public async Task FollowLightAsync(FaceLight light, CancellationToken stop)
    {
        light.IsCalm = () => !Current.Display.AllowsLight;
        Change(now => now with { HasLight = true });
        for (FaceLight.Shown shown = light.Current; ; shown = await light.NextAsync(shown, stop))
            Change(now => now with { Light = shown.Step });
    }

    public void Dispose()
    {
        _forget.Dispose();
        _bounce.Dispose();
    }

    private void Execute(ButtonPress press, UiView shown, TimeSpan age)
    {
        long screen = shown.Visit.Screen;
        // An event changes the screen, and the second press then names an older one. All other keys can be pressed twice on one screen.
        if (press is not ButtonPress.SendEvent && _bounce.IsBounce(press)) return;
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
            case ButtonPress.ChangeDisplay show:
                Choose(show.Change);
                _port.Press(screen, new VisitEvent.Touched());
                break;
            case ButtonPress.Shuffle when shown.State.DigitsWanted is not null:
                Change(now => now with { Pad = PinKeys.Shuffled() });
                _port.Press(screen, new VisitEvent.Touched());
                break;
        }
    }

    /// <summary>A choice of looks from an older view of the same patient. What is open over the screen now stays as it is.</summary>
    private void ShowLate(long number, ButtonPress.ChangeDisplay show)
    {
        lock (_gate)
        {
            if (number < _patientFrom || number > Current.Number) return;
            Choose(now => show.Change(now) with { Overlay = now.Overlay });
        }
        _port.Press(Current.Visit.Screen, new VisitEvent.Touched());
    }

    private void Choose(Func<Display, Display> change)
    {
        lock (_gate)
        {
            if (IsFarewell(Current.State)) _chosenForNext = change(_chosenForNext ?? SiteDisplay()) with { Overlay = Overlay.None };
            Publish(Current with { Display = change(Current.Display) });
        }
    }

    private void Follow(VisitView visit)
    {
        lock (_gate)
        {
            if (ReferenceEquals(visit, Current.Visit)) return;
            UiView last = Current;
            UiView next = last with { Visit = visit };
            bool isNextPatient = visit.Patient != last.Visit.Patient;
            // With a whole visit missed in between, whoever chose during the farewell has already gone.
            bool isDirectlyNext = visit.Patient == last.Visit.Patient + 1;
            // The site's text size and sound hold at once where nobody has chosen others.
            if (VisitView.IsFree(visit.State) && last.Display == SiteDisplay())
                next = next with { Display = SiteDisplay(visit.State.Station) };
            if (isNextPatient)
                next = next with { Display = (isDirectlyNext ? _chosenForNext : null) ?? SiteDisplay(visit.State.Station), Pad = NewPad() };
            else if (visit.Screen != last.Visit.Screen)
            {
                PinKeys pad = _options.ShufflePad ? PinKeys.Shuffled() : next.Pad;
                next = next with { Display = next.Display with { Overlay = Overlay.None }, Pad = pad };
            }
            Publish(next);
            if (isNextPatient) _patientFrom = isDirectlyNext && _farewellFrom > 0 ? _farewellFrom : Current.Number;
            if (!IsFarewell(visit.State)) (_farewellFrom, _chosenForNext) = (0, null);
            else if (isNextPatient || _farewellFrom == 0) (_farewellFrom, _chosenForNext) = (Current.Number, null);
        }
    }

    private static bool IsFarewell(VisitState state) => state is VisitState.Idle { LastVisit: not null };

    private void Change(Func<UiView, UiView> change)
    {
        lock (_gate) Publish(change(Current));
    }

    /// <summary>Call only while holding the lock.</summary>
    private void Publish(UiView next)
    {
        UiView last = Current;
        bool other = next.Visit.Screen != last.Visit.Screen || next.Display.Overlay != last.Display.Overlay || next.Pad != last.Pad;
        if (other) _since = _time.GetTimestamp();
        UiView now = other ? next with { Number = Current.Number + 1 } : next;
        _view.Set(now);
        bool isLeft = VisitView.IsFree(now.State) && now.Display != SiteDisplay();
        _forget.Change(isLeft ? DisplayKept : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ForgetDisplay()
    {
        lock (_gate)
        {
            if (VisitView.IsFree(Current.State)) Publish(Current with { Display = SiteDisplay() });
        }
    }

    private Display SiteDisplay() => SiteDisplay(Current.State.Station);

    private Display SiteDisplay(Station station) => new(
        _options.Language, (TextSize)Math.Clamp(station.Policy.TextSize, 0, 3), Sound: (SoundMode)Math.Clamp(station.Policy.Sound, 0, 3));

    private PinKeys NewPad() => _options.ShufflePad ? PinKeys.Shuffled() : PinKeys.Usual;
}
