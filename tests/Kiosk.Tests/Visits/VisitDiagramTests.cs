using System.Globalization;
using System.Text;
using Kiosk.Core;
using Kiosk.Core.Failures;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

public sealed class VisitDiagramTests
{
    [Fact]
    public void The_committed_diagram_is_what_the_function_gives() => Golden.Matches("src/Kiosk.Core/visit.md", Draw());

    private static string Draw()
    {
        StringBuilder text = new("""
            # The visit, drawn from `Visit.Next`

            `VisitDiagramTests` draws and compares this file; `APPROVE=1 ./dev test` writes it again. An arrow is a change of state;
            its label names the events that cause it.

            Not drawn, because they are the same in every state:

            - **CardRemoved**: to Idle; nothing is kept.
            - **CallStaff**: to StaffCalled, and back.
            - **Cancel**, in a visit: to TakeCard.
            - Nobody answers: to StillThere, then to TakeCard.
            - The card fails, the reader is lost, or the program has a fault: the visit ends.

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
            text.Append(CultureInfo.InvariantCulture, $"| {Describe(state)} | {limit.TotalSeconds} s | {then.GetType().Name}{same} |\n");
        }
        return text.ToString();
    }

    private static string Describe(VisitState state) => state switch
    {
        S.Idle { LastVisit: Ending.Accepted { NeedsDesk: true } } => "Idle, showing that the desk is needed",
        S.Idle { LastVisit: not null } => "Idle, showing how the last visit ended",
        { Typed: > 0 } => $"{state.GetType().Name}, digits typed",
        S.Submitting { Trouble: not null } => "Submitting, in trouble",
        S.StillThere over => $"StillThere over {over.Under.GetType().Name}",
        S.StaffCalled over => $"StaffCalled over {over.Under.GetType().Name}",
        S.TakeCard { Ending: Ending.Accepted done } => $"TakeCard, Accepted, insurance {done.Insurance}",
        S.TakeCard at => $"TakeCard, {at.Ending.GetType().Name}",
        S.AskingPmh { Answers.Aids: not null } at => $"AskingPmh, record {at.Index + 1}",
        S.AskingDocuments at => $"AskingDocuments, {at.Kind}",
        S.AskingDocument at => $"AskingDocument, {at.Answers.Documents![at.Index].Document.Kind}",
        S.Submitting { Who.AwaitsInsurance: true } => "Submitting, the centre is asked",
        S.ChoosingMethod { Notice: Failure notice } => $"ChoosingMethod after {notice}",
        S.ChoosingMethod { Who.Card.Photo: Core.Cards.PhotoStatus.NeedsNumber } => "ChoosingMethod, number needed",
        S.ReadingCard { CameraOpens: true } => "ReadingCard, the camera opens",
        S.MatchingFace { Chosen: false } => "MatchingFace, right after the card",
        S.MatchingFace at => $"MatchingFace, {at.Who.FaceTriesLeft} left",
        S.AskingItem at => $"AskingItem {at.Index + 1}",
        _ => state.GetType().Name,
    };

    /// <summary>Has the same effect in every state: described in words above; so many arrows could not be read.</summary>
    private static bool IsSameInEveryState(VisitEvent happened) => happened
        is VisitEvent.CardRemoved or VisitEvent.CallStaff or VisitEvent.Cancel or VisitEvent.Crashed or VisitEvent.TimedOut
        or VisitEvent.CardFailed or VisitEvent.ReaderChanged { Why: not null } or VisitEvent.VisualGranted;

    private static IEnumerable<string> Arrows() =>
        from state in VisitSamples.States
        where state is not (S.StillThere or S.StaffCalled)
        from happened in VisitSamples.Events
        where !IsSameInEveryState(happened)
        let next = Visit.Next(state, happened).State
        where next.GetType() != state.GetType()
        group happened.GetType().Name by (From: state.GetType().Name, To: next.GetType().Name) into arrow
        select $"{arrow.Key.From} --> {arrow.Key.To}: {string.Join(", ", arrow.Distinct())}";
}
