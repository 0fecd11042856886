using System.Collections.Frozen;
using System.Text;
using Kiosk.Core;
using Kiosk.Core.Consents;

namespace Kiosk.App.Screens;

/// <summary>What a button does.</summary>
public abstract record ButtonPress
{
    private ButtonPress()
    {
    }

    /// <summary>Sends an event to the visit.</summary>
    /// <param name="Guarded">True for a button that agrees to or ends something: a second tap that was meant for the previous screen must
    /// not
    /// press it.</param>
    public sealed record SendEvent(VisitEvent.Press Event, bool Guarded = false) : ButtonPress;

    /// <summary>Changes how the screen looks. The visit only learns that somebody is there.</summary>
    public sealed record ChangeDisplay(Func<Display, Display> Change) : ButtonPress;

    /// <summary>One digit, given by the slot (position) of its key.</summary>
    public sealed record Slot(int Number) : ButtonPress;

    public sealed record Erase : ButtonPress;

    /// <summary>Shuffles the digits of the pad.</summary>
    public sealed record Shuffle : ButtonPress;
}

/// <summary>The only table from a button id (<c>data-i</c>) to its effect.</summary>
public static class Buttons
{
    private static readonly FrozenDictionary<string, ButtonPress> Table = All().ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ButtonPress>.AlternateLookup<ReadOnlySpan<char>> ByText =
        Table.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IEnumerable<string> Ids => Table.Keys;

    /// <param name="id">ASCII as the browser sent it. It is never made into a string, because a slot shows where a digit was typed.</param>
    public static ButtonPress? Find(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[32];
        if (id.Length > text.Length || !Ascii.IsValid(id)) return null;
        text = text[..Encoding.ASCII.GetChars(id, text)];
        ButtonPress? found = ByText.TryGetValue(text, out ButtonPress? press) ? press : null;
        text.Clear();
        return found;
    }

    private static Dictionary<string, ButtonPress> All()
    {
        Dictionary<string, ButtonPress> all = new()
        {
            ["face"] = new ButtonPress.SendEvent(new VisitEvent.ChoseFace()),
            ["cannot-turn"] = new ButtonPress.SendEvent(new VisitEvent.CannotTurn()),
            ["pin"] = new ButtonPress.SendEvent(new VisitEvent.ChosePin()),
            ["visual"] = new ButtonPress.SendEvent(new VisitEvent.ChoseVisual()),
            ["phone"] = new ButtonPress.SendEvent(new VisitEvent.ChosePhone(Phones.Android | Phones.Iphone)),
            ["android"] = new ButtonPress.SendEvent(new VisitEvent.ChosePhone(Phones.Android)),
            ["iphone"] = new ButtonPress.SendEvent(new VisitEvent.ChosePhone(Phones.Iphone)),
            ["all-yes"] = new ButtonPress.SendEvent(new VisitEvent.AnsweredAll(true), Guarded: true),
            ["all-no"] = new ButtonPress.SendEvent(new VisitEvent.AnsweredAll(false), Guarded: true),
            ["one-by-one"] = new ButtonPress.SendEvent(new VisitEvent.ChoseOneByOne()),
            ["yes"] = new ButtonPress.SendEvent(new VisitEvent.Answered(true), Guarded: true),
            ["no"] = new ButtonPress.SendEvent(new VisitEvent.Answered(false), Guarded: true),
            ["electronic"] = new ButtonPress.SendEvent(new VisitEvent.ChosePrescription(PrescriptionForm.Electronic), Guarded: true),
            ["paper"] = new ButtonPress.SendEvent(new VisitEvent.ChosePrescription(PrescriptionForm.Paper), Guarded: true),
            ["change"] = new ButtonPress.SendEvent(new VisitEvent.WantsChange()),
            ["confirm"] = new ButtonPress.SendEvent(new VisitEvent.ConfirmedAnswers(), Guarded: true),
            ["go"] = new ButtonPress.SendEvent(new VisitEvent.GoOn(), Guarded: true),
            ["back"] = new ButtonPress.SendEvent(new VisitEvent.GoBack()),
            ["cancel"] = new ButtonPress.SendEvent(new VisitEvent.Cancel(), Guarded: true),
            ["staff"] = new ButtonPress.SendEvent(new VisitEvent.CallStaff()),
            ["erase"] = new ButtonPress.Erase(),
            ["shuffle"] = new ButtonPress.Shuffle(),
            ["looks"] = new ButtonPress.ChangeDisplay(now => now with { Overlay = Overlay.Looks }),
            ["languages"] = new ButtonPress.ChangeDisplay(now => now with { Overlay = Overlay.Languages }),
            ["close"] = new ButtonPress.ChangeDisplay(now => now with { Overlay = Overlay.None }),
            ["low:0"] = new ButtonPress.ChangeDisplay(now => now with { LowReach = false }),
            ["low:1"] = new ButtonPress.ChangeDisplay(now => now with { LowReach = true }),
            ["calm:0"] = new ButtonPress.ChangeDisplay(now => now with { Calm = false }),
            ["calm:1"] = new ButtonPress.ChangeDisplay(now => now with { Calm = true }),
            ["volume"] = new ButtonPress.ChangeDisplay(now => now with { Sound = now.NextSound }),
            ["curtain:0"] = new ButtonPress.ChangeDisplay(now => now with { Curtain = false }),
            ["curtain:1"] = new ButtonPress.ChangeDisplay(now => now with { Curtain = true, Overlay = Overlay.None }),
            // The page speaks the screen again by itself. The visit learns that somebody is there.
            ["again"] = new ButtonPress.ChangeDisplay(now => now),
        };
        for (int slot = 0; slot < PinKeys.Slots; slot++) all[$"key:{slot}"] = new ButtonPress.Slot(slot);
        foreach (TextSize size in Enum.GetValues<TextSize>())
            all[$"size:{(int)size}"] = new ButtonPress.ChangeDisplay(now => now with { Size = size });
        foreach (Contrast contrast in Enum.GetValues<Contrast>())
            all[$"contrast:{(int)contrast}"] = new ButtonPress.ChangeDisplay(now => now with { Contrast = contrast });
        foreach (string language in Texts.Languages)
            all[$"lang:{language}"] = new ButtonPress.ChangeDisplay(now => now with { Language = language, Overlay = Overlay.None });
        return all;
    }
}
