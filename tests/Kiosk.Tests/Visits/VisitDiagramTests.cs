using System.Text;
using Kiosk.Core;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitDiagramTests
{
    [Fact]
    public void The_committed_diagram_is_what_the_function_does() => Golden.Matches("src/Kiosk.Core/visit.md", Draw());

    private static string Draw()
    {
        StringBuilder text = new("""
            # The visit, drawn from `Visit.Next`

            Drawn and compared by `VisitDiagramTests`; `APPROVE=1 ./dev test` redraws it. One arrow a change of state, named by its events.
            From every state, not drawn: **CardRemoved** → Idle with nothing kept; **CallStaff** → StaffCalled and back; with a card in,
            **Cancel** → TakeCard; nobody answers → StillThere → TakeCard; a card that fails, a lost reader or a bug end the visit the same way.

            ```mermaid
            stateDiagram-v2
                [*] --> Idle

            """);
        foreach (string arrow in Arrows()) text.Append("    ").Append(arrow).Append('\n');
        text.Append("```\n\n| state | waits at most | then |\n|---|---|---|\n");
        foreach (VisitState state in VisitSamples.States)
        {
            if (Visit.TimeLimit(state) is not TimeSpan limit) continue;
            VisitState then = Visit.Next(state, new VisitEvent.TimedOut()).State;
            string same = then.GetType() == state.GetType() ? " (again)" : "";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {Describe(state)} | {limit.TotalSeconds} s | {then.GetType().Name}{same} |\n");
        }
        return text.ToString();
    }

    private static string Describe(VisitState state) => state switch
    {
        S.Idle { LastVisit: not null } => "Idle, saying farewell",
        S.EnteringPin { Typed: > 0 } or S.VisualCheck { Typed: > 0 } or S.TypingCardNumber { Typed: > 0 } => $"{state.GetType().Name}, digits typed",
        S.Submitting { Trouble: not null } => "Submitting, in trouble",
        S.StillThere over => $"StillThere over {over.Under.GetType().Name}",
        S.StaffCalled over => $"StaffCalled over {over.Under.GetType().Name}",
        S.TakeCard at => $"TakeCard, {at.Ending.GetType().Name}",
        S.ChoosingMethod { Notice: Failure notice } => $"ChoosingMethod after {notice}",
        S.ChoosingMethod { Who.Card.Photo: Core.Cards.PhotoStatus.NeedsNumber } => "ChoosingMethod, number needed",
        S.MatchingFace at => $"MatchingFace, {at.Who.FaceTriesLeft} left",
        S.AskingItem at => $"AskingItem {at.Index + 1}",
        _ => state.GetType().Name,
    };

    /// <summary>Changes that stand for every state with a card are told in words above, or the picture could not be read.</summary>
    private static bool EverywhereAlike(VisitEvent happened) => happened is VisitEvent.CardRemoved or VisitEvent.CallStaff or VisitEvent.Cancel
        or VisitEvent.Crashed or VisitEvent.TimedOut or VisitEvent.CardFailed or VisitEvent.ReaderChanged { Why: not null } or VisitEvent.VisualGranted;

    private static IEnumerable<string> Arrows() =>
        from state in VisitSamples.States
        where state is not (S.StillThere or S.StaffCalled)
        from happened in VisitSamples.Events
        where !EverywhereAlike(happened)
        let next = Visit.Next(state, happened).State
        where next.GetType() != state.GetType()
        group happened.GetType().Name by (From: state.GetType().Name, To: next.GetType().Name) into arrow
        select $"{arrow.Key.From} --> {arrow.Key.To}: {string.Join(", ", arrow.Distinct())}";
}
