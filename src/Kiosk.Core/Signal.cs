using System.Diagnostics;
using Kiosk.Core.Reception;

namespace Kiosk.Core;

/// <summary>How a light changes. None flashes faster than 3 times a second (WCAG 2.2, 2.3.1).</summary>
public enum LampPattern
{
    Steady,

    /// <summary>Brighter and darker as a sine wave; never quite off.</summary>
    Breathing,

    /// <summary>On for half of the time.</summary>
    Blinking,
}

/// <summary>What the status light does.</summary>
/// <param name="Red">0 to 255, at its brightest; green and blue likewise.</param>
/// <param name="Period">Of one breath or blink; not used when steady.</param>
public sealed record Lamp(byte Red, byte Green, byte Blue, LampPattern Pattern, TimeSpan Period)
{
    public static Lamp Off { get; } = new(0, 0, 0, LampPattern.Steady, TimeSpan.Zero);

    /// <summary>The same lamp with the hue of a step of the light (<see cref="Faces.LightStep"/>).</summary>
    public Lamp Tinted(Faces.LightHue hue)
    {
        (double red, double green, double blue) = Faces.LightStep.Tint(hue);
        return this with { Red = (byte)(Red * red), Green = (byte)(Green * green), Blue = (byte)(Blue * blue) };
    }

    /// <summary>The colour at one moment.</summary>
    /// <param name="since">How long this lamp has been on.</param>
    public (byte Red, byte Green, byte Blue) At(TimeSpan since)
    {
        double level = Pattern switch
        {
            LampPattern.Steady => 1,
            LampPattern.Breathing => 0.55 - (0.45 * Math.Cos(2 * Math.PI * (since / Period))),
            LampPattern.Blinking => since / Period % 1 < 0.5 ? 1 : 0,
        };
        return ((byte)(Red * level), (byte)(Green * level), (byte)(Blue * level));
    }
}

/// <summary>
/// Tones, so that a change is noticed without looking. Each is shorter than two seconds and not above 2,500 Hz, which older people hear
/// (ISO 24500). How a tone sounds is decided by the device that plays it: the sounder of the board, or the page.
/// </summary>
public enum Tone
{
    None,

    /// <summary>The card or the phone was noticed: one short, high.</summary>
    CardSeen,

    /// <summary>Checked in, and the insurance is valid: two, rising.</summary>
    Done,

    /// <summary>Take the card: one, and one more for each step of loudness.</summary>
    TakeCard,

    /// <summary>Something did not work: two, falling.</summary>
    Trouble,

    /// <summary>The screen asks, or tells that staff were called: two of one pitch.</summary>
    Attention,
}

/// <summary>
/// Light and sound of each state, so that a person knows without reading whose turn it is. White, breathing: come here. Blue,
/// breathing: the kiosk works. Blue, dim: your turn on the screen. White: look here. Green: checked in, insurance valid. Amber: take the
/// card, staff were called, or the desk has to look at the insurance. Red: closed.
/// The only place that decides it: the board and the page do what it says.
/// </summary>
/// <param name="Tone">Played once, when the signal changes to this one.</param>
/// <param name="Loudness">0 to 3. A reminder that was not heard is repeated louder.</param>
/// <param name="Reminder">
/// Which reminder of the card this is, from 1; 0: it is none. Makes each reminder another signal, so that it sounds again at the highest
/// loudness too. A reminder sounds at every volume setting: the person who chose silence may have left.
/// </param>
public sealed record Signal(Lamp Lamp, Tone Tone = Tone.None, int Loudness = 0, int Reminder = 0)
{
    private const int MaxLoudness = 3;

    private static readonly Lamp _come = new(40, 40, 56, LampPattern.Breathing, TimeSpan.FromSeconds(4));
    private static readonly Lamp _working = new(0, 40, 255, LampPattern.Breathing, TimeSpan.FromSeconds(1.2));
    private static readonly Lamp _yourTurn = new(0, 20, 96, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _lookHere = new(255, 255, 220, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _done = new(0, 200, 60, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _doneTakeCard = _done with { Pattern = LampPattern.Blinking, Period = TimeSpan.FromSeconds(1) };
    private static readonly Lamp _takeCard = new(255, 110, 0, LampPattern.Blinking, TimeSpan.FromSeconds(1));
    private static readonly Lamp _help = new(255, 110, 0, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _closed = new(64, 0, 0, LampPattern.Steady, TimeSpan.Zero);

    /// <summary>Every lamp that is used, for a bench.</summary>
    public static IReadOnlyList<Lamp> Lamps { get; } =
        [_come, _working, _yourTurn, _lookHere, _done, _doneTakeCard, _takeCard, _help, _closed];

    /// <exception cref="UnreachableException">A state that has no line here.</exception>
    public static Signal For(VisitState state) => state switch
    {
        VisitState.Idle { LastVisit: Ending.Accepted { Insurance: InsuranceState.Valid } } => new(_done),
        VisitState.Idle { LastVisit: Ending.Accepted } => new(_help),
        VisitState.Idle => new(_come),
        VisitState.OutOfService or VisitState.Offline => new(_closed),
        VisitState.Maintenance or VisitState.DisasterNotice => new(Lamp.Off),
        VisitState.ReadingCard or VisitState.ReadingPhone => new(_working, Tone.CardSeen),
        VisitState.ChoosingMethod { Notice: not null } => new(_yourTurn, Tone.Trouble),
        VisitState.ChoosingMethod => new(_yourTurn),
        VisitState.MatchingFace => new(_lookHere),
        VisitState.PinBlocked or VisitState.LastPinTry => new(_yourTurn, Tone.Trouble),
        // No tone while digits are typed.
        { DigitsWanted: not null } => new(_yourTurn),
        VisitState.VerifyingPin or VisitState.CheckingStaffCode => new(_working),
        VisitState.ChoosingPhone or VisitState.HoldingPhone => new(_yourTurn),
        VisitState.Asking => new(_yourTurn),
        VisitState.Submitting { Trouble: null } or VisitState.Registering or VisitState.AwaitingInsurance => new(_working),
        VisitState.Submitting => new(_help, Tone.Trouble),
        VisitState.TakeCard { Ending: Ending.Accepted { Insurance: InsuranceState.Valid }, Reminders: 0 } => new(_doneTakeCard, Tone.Done),
        VisitState.TakeCard { Ending: Ending.Accepted { NeedsDesk: true }, Reminders: 0 } => new(_takeCard, Tone.Trouble),
        VisitState.TakeCard { Ending: Ending.Accepted, Reminders: 0 } => new(_takeCard, Tone.Attention),
        VisitState.TakeCard { Ending: Ending.Refused, Reminders: 0 } => new(_takeCard, Tone.Trouble),
        VisitState.TakeCard at => new(_takeCard, Tone.TakeCard, Math.Min(at.Reminders, MaxLoudness), at.Reminders),
        VisitState.StillThere => new(_yourTurn, Tone.Attention),
        VisitState.StaffCalled => new(_help, Tone.Attention),
        _ => throw new UnreachableException(state.GetType().Name),
    };
}
