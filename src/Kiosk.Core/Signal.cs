namespace Kiosk.Core;

/// <summary>How a light moves. None is faster than 3 flashes a second (WCAG 2.3.1).</summary>
public enum LampPattern
{
    Steady,

    /// <summary>Up and down like a sine, never quite off.</summary>
    Breathing,

    /// <summary>Half of the time on.</summary>
    Blinking,
}

/// <summary>What the status light does.</summary>
/// <param name="Red">0 to 255, at its brightest.</param>
/// <param name="Period">Of one breath or blink; of no meaning when steady.</param>
public sealed record Lamp(byte Red, byte Green, byte Blue, LampPattern Pattern, TimeSpan Period)
{
    public static Lamp Off { get; } = new(0, 0, 0, LampPattern.Steady, TimeSpan.Zero);

    /// <summary>The colour now.</summary>
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

/// <summary>Tones for what must be noticed without looking; each under a second, 2,500 Hz and below, where older ears hear (ISO 24500).</summary>
public enum Tone
{
    None,

    /// <summary>The card is seen: one short, high.</summary>
    CardSeen,

    /// <summary>Done: two rising.</summary>
    Done,

    /// <summary>The card still lies there.</summary>
    TakeCard,

    /// <summary>Something did not work: two falling.</summary>
    Trouble,

    /// <summary>Are you still there?</summary>
    Attention,
}

/// <summary>
/// What light and sound say in each state, so that nobody must read the screen to know whose turn it is: white breathes =
/// come; blue = the machine works; white = look here; blue dim = your turn on the screen; green = done; amber = take the
/// card, or help; red = closed. The one place for it.
/// </summary>
/// <param name="Tone">Played once, when the signal becomes this one.</param>
/// <param name="Loudness">0 to 3: a reminder that nobody hears is repeated louder.</param>
/// <param name="Turn">How often it came before: at its loudest, too, a reminder sounds again.</param>
public sealed record Signal(Lamp Lamp, Tone Tone = Tone.None, int Loudness = 0, int Turn = 0)
{
    private static readonly Lamp _come = new(40, 40, 56, LampPattern.Breathing, TimeSpan.FromSeconds(4));
    private static readonly Lamp _working = new(0, 40, 255, LampPattern.Breathing, TimeSpan.FromSeconds(1.2));
    private static readonly Lamp _yourTurn = new(0, 20, 96, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _lookHere = new(255, 255, 220, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _done = new(0, 200, 60, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _takeCard = new(255, 110, 0, LampPattern.Blinking, TimeSpan.FromSeconds(1));
    private static readonly Lamp _help = new(255, 110, 0, LampPattern.Steady, TimeSpan.Zero);
    private static readonly Lamp _closed = new(64, 0, 0, LampPattern.Steady, TimeSpan.Zero);

    /// <summary>Every lamp there is, for a bench.</summary>
    public static IReadOnlyList<Lamp> Lamps { get; } = [_come, _working, _yourTurn, _lookHere, _done, _takeCard, _help, _closed];

    public static Signal For(VisitState state) => state switch
    {
        VisitState.Idle { LastVisit: Ending.Accepted } => new(_done),
        VisitState.Idle => new(_come),
        VisitState.OutOfService or VisitState.Offline => new(_closed),
        VisitState.Maintenance or VisitState.DisasterNotice => new(Lamp.Off),
        VisitState.ReadingCard => new(_working, Tone.CardSeen),
        VisitState.MatchingFace => new(_lookHere),
        VisitState.VerifyingPin or VisitState.CheckingStaffCode => new(_working),
        VisitState.PinBlocked or VisitState.LastPinTry => new(_yourTurn, Tone.Trouble),
        VisitState.ChoosingMethod { Notice: not null } => new(_yourTurn, Tone.Trouble),
        VisitState.Submitting { Trouble: null } => new(_working),
        VisitState.Submitting => new(_help, Tone.Trouble),
        VisitState.TakeCard { Ending: Ending.Accepted, Reminders: 0 } => new(_done with { Pattern = LampPattern.Blinking, Period = TimeSpan.FromSeconds(1) }, Tone.Done),
        VisitState.TakeCard { Ending: Ending.Refused, Reminders: 0 } => new(_takeCard, Tone.Trouble),
        VisitState.TakeCard at => new(_takeCard, Tone.TakeCard, Math.Min(at.Reminders, 3), at.Reminders),
        VisitState.StillThere => new(_yourTurn, Tone.Attention),
        VisitState.StaffCalled => new(_help),
        _ => new(_yourTurn),
    };
}
