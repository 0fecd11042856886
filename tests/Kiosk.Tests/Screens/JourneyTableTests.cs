using System.Globalization;
using System.Text;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;
using Kiosk.Tests.Visits;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Screens;

/// <summary>
/// Counts what a patient presses in each journey, from the card laid down to the receipt, and writes the table of the Screens' README.
/// </summary>
public sealed class JourneyTableTests
{
    private const string Readme = "src/Kiosk.App/Screens/README.md";
    private const string Begin = "<!-- journeys -->\n", End = "<!-- end of journeys -->";

    // Keystroke-Level Model (Card, Moran and Newell, CACM 23(7), 1980): to prepare, to point, to press. Seconds.
    private const double Prepare = 1.35, Point = 1.1, Hit = 0.1;

    // Seconds: until the card is known and the first screen stands there (424 kbit/s), the head turn, the hand-over.
    private const double Card = 0.4, Turn = 1.2, HandOver = 0.1;

    private static readonly Station _face = Station.Ready;

    private static readonly Station _choice = Station.Ready with { Policy = SitePolicy.Default with { Start = VisitStart.Choice } };

    private static readonly Station _everything = Station.Ready with
    {
        // One general question about 医療費助成; a reception with a centre asks by record.
        Policy = VisitSamples.AsksAll with { AnswersInsurance = false },
    };

    private static readonly Station _clinic = Station.Ready with
    {
        Policy = SitePolicy.Default with { AnswersInsurance = true, AsksLetters = true },
    };

    private static readonly Station _pharmacy = Station.Ready with
    {
        Policy = SitePolicy.Default with { AnswersInsurance = true, DispensesPrescriptions = true },
    };

    private static readonly E[] _read = [new E.CardInserted(), new E.CardRead(VisitSamples.Card)];

    private static readonly E[] _match = [new E.FaceGuided(FaceGuidance.TurnHeadLeft),
        new E.FaceJudged(new FaceVerdict(true, true, 4, "sample", 40))];

    private static readonly E[] _pin = [new E.ChosePin(), new E.TypedAll(), new E.PinChecked(new PinAnswer.Accepted())];

    private static readonly E _receipt = new E.ReceiptCame(new Receipt(Guid.Empty, 12, false));

    private static readonly E _yes = new E.Answered(true), _no = new E.Answered(false);

    private static readonly (string Name, Station Site, E[] Events)[] _journeys =
    [
        ("face, all answers the same", _face, [.. _read, .. _match, new E.AnsweredAll(true)]),
        ("PIN, all answers the same", _face, [.. _read, .. _pin, new E.AnsweredAll(true)]),
        ("staff at the kiosk, all answers the same", _face,
            [.. _read, new E.ChoseVisual(), new E.TypedAll(), new E.StaffCodeChecked("nurse-1"), new E.AnsweredAll(false)]),
        ("staff at the desk, all answers the same", _face, [.. _read, new E.VisualGranted("nurse-1"), new E.AnsweredAll(true)]),
        ("face, one by one", _face,
            [.. _read, .. _match, new E.ChoseOneByOne(), _yes, _no, _yes, _yes, new E.ConfirmedAnswers()]),
        ("face; 医療費助成 and 処方箋 are asked too, all yes", _everything,
            [.. _read, .. _match, new E.AnsweredAll(true), _yes, new E.ChosePrescription(PrescriptionForm.Electronic)]),
        ("the same, but no to 医療費助成", _everything,
            [.. _read, .. _match, new E.AnsweredAll(true), _no, new E.ChosePrescription(PrescriptionForm.Paper), new E.ConfirmedAnswers()]),
        ("face; the site asks about letters, and none waits", _clinic,
            [.. _read, .. _match, Pending(), new E.AnsweredAll(true)]),
        ("face; one letter waits, all yes", _clinic,
            [.. _read, .. _match, Pending(VisitSamples.Letter(1)), new E.AnsweredAll(true), _yes]),
        ("face; two letters wait, all yes", _clinic,
            [.. _read, .. _match, Pending(VisitSamples.Letter(1), VisitSamples.Letter(2)), new E.AnsweredAll(true),
                new E.AnsweredAll(true)]),
        ("the same, but yes to one of the letters", _clinic,
            [.. _read, .. _match, Pending(VisitSamples.Letter(1), VisitSamples.Letter(2)), new E.AnsweredAll(true), new E.ChoseOneByOne(),
                _yes, _no, new E.ConfirmedAnswers()]),
        ("face; pharmacy with one usable prescription", _pharmacy,
            [.. _read, .. _match, Pending(VisitSamples.Prescription(1)), new E.AnsweredAll(false), _yes]),
        ("face; pharmacy without a usable prescription", _pharmacy, [.. _read, .. _match, Pending(), new E.AnsweredAll(true)]),
        ("face; the centre is too slow, and nothing of it is asked", _pharmacy,
            [.. _read, .. _match, new E.InsuranceLate(), new E.AnsweredAll(true)]),
        ("phone (Android), all answers the same", _everything with { Policy = VisitSamples.AsksAll with
            { AnswersInsurance = false, AsksPmh = false, AsksPrescription = false, Phones = Phones.Android } },
            [new E.ChosePhone(Phones.Android), new E.TypedAll(), new E.CardInserted(), new E.PhoneRead(VisitSamples.ByPhone.Card),
                new E.AnsweredAll(true)]),
        ("face, certificate in its months of grace (nothing is asked)", _face,
            [new E.CardInserted(), new E.CardRead(VisitSamples.Card with { Certificate = CertificateStatus.Grace }), .. _match]),
        ("`start: choice`: face, all answers the same", _choice, [.. _read, new E.ChoseFace(), .. _match, new E.AnsweredAll(true)]),
        ("`start: choice`: PIN, all answers the same", _choice, [.. _read, .. _pin, new E.AnsweredAll(true)]),
    ];

    private static E.InsuranceCame Pending(params PendingDocument[] documents) =>
        new(new(InsuranceState.Valid, []) { Documents = documents });

    [Fact]
    public void The_table_of_presses_is_what_the_visit_needs()
    {
        string file = File.ReadAllText(Path.Combine(Golden.Root(), Readme));
        int from = file.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = file.IndexOf(End, StringComparison.Ordinal);
        Assert.InRange(from, Begin.Length, to);
        Golden.Matches(Readme, $"{file[..from]}{Table()}{file[to..]}");
    }

    [Fact]
    public void A_patient_with_nothing_unusual_presses_once() =>
        Assert.Equal((1, 0), Walk(_journeys[0].Site, _journeys[0].Events) is var (presses, digits, _) ? (presses, digits) : default);

    private static string Table()
    {
        StringBuilder table = new("| Journey, from the card laid down to the receipt | presses | digits | seconds |\n|---|---|---|---|\n");
        foreach ((string name, Station site, E[] events) in _journeys)
        {
            (int presses, int digits, double seconds) = Walk(site, events);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {presses} | {digits} | {seconds:F1} |\n");
        }

        return table.ToString();
    }

    private static (int Presses, int Digits, double Seconds) Walk(Station site, E[] events)
    {
        VisitState state = new S.Idle { Station = site };
        int presses = 0, digits = 0;
        double seconds = Card + HandOver;
        foreach (E happened in (E[])[.. events, _receipt])
        {
            VisitState before = state;
            state = Visit.Next(state, happened).State;
            Assert.True(state != before, $"{happened} has no meaning in {before}");
            if (happened is E.TypedAll)
            {
                int typed = before.DigitsWanted!.Value;
                digits += typed;
                seconds += Prepare + (typed * (Point + Hit));
            }
            else if (happened is E.Press)
            {
                presses++;
                seconds += Prepare + Point + Hit;
            }
            else if (happened is E.FaceJudged)
            {
                seconds += Turn;
            }
        }

        Assert.IsType<Ending.Accepted>(Assert.IsType<S.TakeCard>(state).Ending);
        return (presses, digits, seconds);
    }
}
