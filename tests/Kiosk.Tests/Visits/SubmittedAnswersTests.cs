using CsCheck;
using Kiosk.Core;
using Kiosk.Core.Consents;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>What is sent is what this patient has pressed, on whatever path.</summary>
public sealed class SubmittedAnswersTests
{
    private static readonly Gen<List<int>> _choices = Gen.Int[0, 1000].List[0, 60];

    /// <summary>What happens on a screen that asks. A random visit of all events seldom comes to the last question.</summary>
    private static readonly IReadOnlyList<VisitEvent> _questions =
    [
        .. VisitSamples.Events.Where(e => e is E.AnsweredAll or E.Answered or E.ChoseOneByOne or E.ChosePrescription or E.WantsChange
            or E.ConfirmedAnswers or E.GoOn or E.GoBack or E.CallStaff or E.InsuranceCame or E.InsuranceLate or E.PolicySet or E.TimedOut),
    ];

    private static readonly SitePolicy[] _sites =
    [
        SitePolicy.Default, VisitSamples.AsksAll, SitePolicy.Default with { ItemByItem = true },
        VisitSamples.AsksAll with { ItemByItem = true }, VisitSamples.AsksAll with { AnswersInsurance = false },
        SitePolicy.Default with { AnswersInsurance = true, AsksLetters = true, DispensesPrescriptions = true },
    ];

    [Fact]
    public void No_path_submits_an_answer_that_the_patient_did_not_press()
    {
        int submitted = 0, yes = 0, documents = 0, declined = 0;
        foreach (IReadOnlyList<VisitEvent> events in new[] { VisitSamples.Events, _questions })
        {
            _choices.Sample(choices =>
            {
                // Most random visits end before a question: these begin with a confirmed patient.
                VisitState asked = ConfirmedAt(_sites[choices.Count % _sites.Length]);
                // The centre is fast, or it answers in the middle, or never.
                if (choices.Sum() % 2 == 0) asked = Visit.Next(asked, new E.InsuranceCame(VisitSamples.Valid)).State;
                Pressed pressed = new();
                foreach ((VisitState before, VisitEvent happened, Step step) in VisitOf(choices, asked, events))
                {
                    pressed = pressed.After(before, happened);
                    foreach (A.Submit submit in step.Actions.OfType<A.Submit>())
                    {
                        submitted++;
                        yes += submit.Answers.Given.Count(given => given == true);
                        documents += submit.Answers.Documents?.Count ?? 0;
                        declined += submit.Answers.Documents?.Count(d => d.Yes == false) ?? 0;
                        Assert.Equal(Method(submit), Method(step.State));
                        Assert.True(pressed.Agrees(submit.Answers), $"{pressed} but {submit.Answers}");
                    }
                }
            }, iter: events == _questions ? 8000 : 2000, threads: 1);
        }

        Assert.True(submitted > 100 && yes > 100 && documents > 100 && declined > 30,
            $"{submitted} check-ins with {yes} consents and {documents} answers about documents, {declined} of them no: too few");

        static Core.Reception.Method? Method(object from) => from switch
        {
            A.Submit submit => submit.Who.Method,
            S.Submitting at => at.Who.Method,
            _ => null,
        };
    }

    private static IEnumerable<(VisitState Before, VisitEvent Happened, Step Step)> VisitOf(
        List<int> choices, VisitState state, IReadOnlyList<VisitEvent> events)
    {
        foreach (int choice in choices)
        {
            VisitState now = state;
            VisitEvent[] possible = [.. events.Where(e => e is not (E.CardRemoved or E.Crashed or E.Cancel or E.ReaderChanged)
                && Visit.Next(now, e).State != now)];
            if (possible.Length == 0) yield break;
            VisitEvent happened = possible[choice % possible.Length];
            Step step = Visit.Next(state, happened);
            yield return (state, happened, step);
            state = step.State;
        }
    }

    private static VisitState ConfirmedAt(SitePolicy site)
    {
        VisitState verifying = new S.VerifyingPin(VisitSamples.Who) { Station = Station.Ready with { Policy = site } };
        return Visit.Next(verifying, new E.PinChecked(new Core.Cards.PinAnswer.Accepted())).State;
    }

    /// <summary>What this patient has pressed, on the screens that asked it; the last press of each question counts.</summary>
    private sealed record Pressed(bool? Pmh = null, PrescriptionForm? Form = null)
    {
        private Dictionary<int, bool> Items { get; init; } = [];

        /// <summary>Records of 医療費助成, letters and prescriptions by id.</summary>
        private Dictionary<string, bool> Named { get; init; } = [];

        public Pressed After(VisitState before, VisitEvent happened) => (before, happened) switch
        {
            (S.AskingConsent at, E.AnsweredAll all) =>
                this with { Items = at.Answers.Given.Select((_, i) => (i, all.Yes)).ToDictionary(x => x.i, x => x.Yes) },
            (S.AskingItem at, E.Answered answer) =>
                this with { Items = new Dictionary<int, bool>(Items) { [at.Index] = answer.Yes } },
            (S.AskingPmh { Answers.Aids: { } aids } at, E.Answered answer) => With(answer.Yes, aids[at.Index].Record.Id),
            (S.AskingPmh, E.Answered answer) => this with { Pmh = answer.Yes },
            (S.AskingDocuments at, E.AnsweredAll all) => With(all.Yes, [.. at.Answers.OfKind(at.Kind).Select(d => d.Document.Id)]),
            (S.AskingDocument at, E.Answered answer) => With(answer.Yes, at.Answers.Documents![at.Index].Document.Id),
            (S.AskingPrescription, E.ChosePrescription chose) => this with { Form = chose.Form },
            (S.Unconfirmed or S.ReadingCard or S.Idle, _) => new(),
            _ => this,
        };

        public bool Agrees(Answers sent) =>
            sent.Given.Select((given, i) => given is bool yes && Items.TryGetValue(i, out bool was) && was == yes).All(same => same)
            && sent.Pmh == (sent.Asked is { AsksPmh: true, AnswersInsurance: false } ? Pmh : null)
            && (sent.Aids ?? []).All(a => WasPressed(a.Record.Id, a.Yes))
            && (sent.Documents ?? []).All(d => sent.Asked.AsksFor(d.Document.Kind) && WasPressed(d.Document.Id, d.Yes))
            && sent.Prescription == (sent.Asked.AsksPrescription ? Form : null);

        private Pressed With(bool yes, params string[] ids)
        {
            Dictionary<string, bool> named = new(Named);
            foreach (string id in ids) named[id] = yes;
            return this with { Named = named };
        }

        private bool WasPressed(string id, bool? sent) => sent is bool yes && Named.TryGetValue(id, out bool was) && was == yes;
    }
}
