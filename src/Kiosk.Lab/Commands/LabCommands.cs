using System.CommandLine;
using Kiosk.App.Benches;
using Kiosk.App.Commands;
using Kiosk.App.Configuration;
using Kiosk.Lab.Benches;
using Kiosk.Lab.Chaos;
using Kiosk.Core.Reception;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Visits;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Centre;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab simulate`, `visit` and the benches of the simulated desk.</summary>
internal static class LabCommands
{
    private static readonly Option<string?> _json =
        new Option<string?>("--json") { Description = "write the figures to this file as JSON" }.NamesFileToWrite();

    private static readonly Option<int> _bitRate = BitRate();

    private static readonly Option<bool> _pharmacy = new("--pharmacy")
    {
        Description = "the site is a pharmacy: prescriptions are dispensed, and no letters are asked about",
    };

    public static Command Simulate()
    {
        Option<int> port = new("--port")
        {
            Description = "loopback port of the patient's screen; the simulator page uses the next port, the reception page the one after",
            DefaultValueFactory = _ => 8600,
        };
        port.Validators.Add(given =>
        {
            // What is no number is refused by the parser.
            if (int.TryParse(given.Tokens is [{ Value: string text }, ..] ? text : null, out int number)
                && number is (< 0 or > DeskPorts.Largest))
                given.AddError($"--port: allowed: 0 (any free port) to {DeskPorts.Largest}.");
        });
        Option<string> card = new("--card")
        {
            Description = "a card to lay down at the start; default: none",
            DefaultValueFactory = _ => "",
        };
        Command command = new("simulate", "the kiosk at a simulated desk, until Ctrl-C") { port, card, _pharmacy, _bitRate };
        command.SetAction((options, stop) =>
            SimulateCommand.RunAsync(options.GetValue(port), options.GetValue(card)!, options.GetValue(_bitRate),
                options.GetValue(_pharmacy), stop));
        return command;
    }

    public static Command Visit()
    {
        Option<string> card = new("--card")
        {
            Description = "name of the card: " + string.Join(", ", VirtualCards.All.Select(c => c.Name)),
            DefaultValueFactory = _ => "standard",
        };
        card.AcceptOnlyFromAmong([.. VirtualCards.All.Select(c => c.Name)]);
        Option<string> person = new("--person") { Description = "the person in front of the camera", DefaultValueFactory = _ => "holder" };
        person.AcceptOnlyFromAmong("holder", "other", "nobody", "two", "print");
        Option<Method> method = new("--method")
        {
            Description = "face, pin or phone (with --card android or iphone)",
            DefaultValueFactory = _ => Method.Face,
        };
        Option<string?> pin = new("--pin") { Description = "4 digits to type instead of the card's own" };
        Option<FileInfo?> config = new("--config")
        {
            Description = "use the devices of this configuration instead of the simulated desk; "
                + "KIOSK_CARD_HAND or a person lays the card down",
        };
        Option<string?> centre = new("--centre")
        {
            Description = "what the simulated centre answers: " + string.Join(", ", SimulatedCentre.Known)
                + "; default: each card its own, in turn",
        };
        centre.AcceptOnlyFromAmong([.. SimulatedCentre.Known]);
        Option<int> delay = new("--centre-delay") { Description = "milliseconds until the simulated centre answers; -1: never" };
        delay.Validators.Add(given =>
        {
            if (int.TryParse(given.Tokens is [{ Value: string text }, ..] ? text : null, out int ms) && ms is < -1 or > 600_000)
                given.AddError("--centre-delay: allowed: -1 (never) to 600000.");
        });
        Option<bool> no = new("--no-registration") { Description = "the patient answers no when asked for 利用登録" };
        Option<bool> noDocuments = new("--no-documents")
        {
            Description = "the patient answers no when asked about letters and prescriptions",
        };
        // At once, a patient answers before the centre does: what depends on its answer would never be asked.
        Option<int> reads = Reads(300, "");
        Command command = new("visit",
            "one unattended visit; exit code 0 only if the check-in was accepted, else the failure's code (failures.md)")
        {
            card, person, method, pin, config, centre, delay, no, noDocuments, _pharmacy,
            reads, _bitRate, _json,
        };
        command.SetAction((options, stop) =>
        {
            int ms = options.GetValue(delay);
            VisitOrder order = new(options.GetValue(card)!, options.GetValue(person)!, options.GetValue(method), options.GetValue(pin),
                options.GetValue(_bitRate), Centre: new(options.GetValue(centre), Math.Max(0, ms), ms < 0),
                Registers: !options.GetValue(no), AgreesToDocuments: !options.GetValue(noDocuments), Pharmacy: options.GetValue(_pharmacy),
                AnswersAfter: TimeSpan.FromMilliseconds(options.GetValue(reads)));
            return options.GetValue(config) is { } file
                ? DeviceVisit.RunAsync(Config.Load(file.FullName), order, options.GetValue(_json), stop)
                : VisitCommand.RunAsync(order, options.GetValue(_json), stop);
        });
        return command;
    }

    private static Option<int> Reads(int usual, string more)
    {
        Option<int> reads = new("--reads")
        {
            Description = $"milliseconds, 0 to 10000, that the patient reads before each press{more}",
            DefaultValueFactory = _ => usual,
        };
        reads.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is not (>= 0 and <= 10_000)) given.AddError("--reads: 0 to 10000 milliseconds");
        });
        return reads;
    }

    public static Command Bench()
    {
        BenchCommands devices = new(() => new SimulatedDevices());
        Option<int> visits = new("--visits") { Description = "visits of each method", DefaultValueFactory = _ => 20 };
        Option<double> late = new("--late") { Description = "seconds, 0 to 4, that the person turns the head later than usual" };
        late.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<double>() is not (>= 0 and <= 4)) given.AddError("--late: 0 to 4 seconds");
        });
        Option<int> pause = Reads(0, "; if it is not 0, there is no over_floor");
        Command visit = new("visit", "many visits: p50 and p95 of each stage, and the machine's time beyond card and person")
        {
            visits, _bitRate, late, pause, _json,
        };
        visit.SetAction((options, stop) => VisitBench.RunAsync(options.GetValue(visits), options.GetValue(_bitRate),
            TimeSpan.FromSeconds(options.GetValue(late)), TimeSpan.FromMilliseconds(options.GetValue(pause)), options.GetValue(_json),
            stop));
        Option<int> reads = new("--reads") { Description = "whole reads at each rate", DefaultValueFactory = _ => 7 };
        Command card = new("card", "whole card reads through pcscd at 106, 212, 424 kbit/s and contact: bytes, APDUs, "
            + "and the software's time without the modelled card time") { reads, _json };
        card.SetAction((options, stop) => CardBench.RunAsync(options.GetValue(reads), options.GetValue(_json), stop));
        Command pull = new("pull", "the card is removed at every APDU of a visit: how long until the next patient is invited")
        {
            _bitRate, _json,
        };
        pull.SetAction((options, stop) => PullBench.RunAsync(options.GetValue(_bitRate), options.GetValue(_json), stop));
        Option<int> kiosks = new("--kiosks") { Description = "number of kiosks", DefaultValueFactory = _ => 100 };
        Command link = new("link",
            "the hand-over: commit times, many kiosks on one reception, time until all are connected again after a restart")
        {
            kiosks, _json,
        };
        link.SetAction((options, stop) => LinkBench.RunAsync(options.GetValue(kiosks), options.GetValue(_json), TimeProvider.System, stop));
        Option<int> asked = new("--visits") { Description = "visits of each kind", DefaultValueFactory = _ => 20 };
        Option<int> centre = new("--centre")
        {
            Description = "milliseconds until the simulated centre answers",
            DefaultValueFactory = _ => 1000,
        };
        Option<int> patient = new("--reads")
        {
            Description = "milliseconds that the patient reads each question",
            DefaultValueFactory = _ => 2000,
        };
        Command insurance = new("insurance", "how long a patient waits for the centre's answer beyond the questions, by PIN")
        {
            asked, centre, patient, _json,
        };
        insurance.SetAction((options, stop) => InsuranceBench.RunAsync(Math.Clamp(options.GetValue(asked), 1, 10_000),
            Math.Clamp(options.GetValue(centre), 0, 600_000), Math.Clamp(options.GetValue(patient), 0, 600_000),
            options.GetValue(_json), stop));
        Command bench = new("bench", "benches: of simulated devices, and of software that needs no device")
        {
            visit, insurance, card, pull, link, FaceBenchCommand.Make(_json), FaceBenchCommand.CardFace(_json), FaceBenchCommand.Pad(_json),
            PadLightCommand.Make(_json), FaceBenchCommand.MakePadRecordings(), Soak(devices),
        };
        return devices.AddTo(bench);
    }

    private static Option<int> BitRate()
    {
        Option<int> rate = new("--bit-rate")
        {
            Description = "speed of the card, kbit/s Type B: 106, 212, 424; 0 = without any delay",
            DefaultValueFactory = _ => 424,
        };
        rate.Validators.Add(given =>
        {
            if (int.TryParse(given.Tokens is [{ Value: string text }, ..] ? text : null, out int number)
                && number is not (0 or 106 or 212 or 424))
                given.AddError("--bit-rate: allowed: 0, 106, 212, 424.");
        });
        return rate;
    }

    private static Command Soak(BenchCommands devices)
    {
        Option<double> minutes = new("--minutes") { Description = "duration in minutes", DefaultValueFactory = _ => 10 };
        Command command = BenchCommands.With(
            new Command("soak", "visits by face and PIN in turn at the simulated desk: memory, handles and threads must not grow"),
            minutes);
        command.SetAction((options, stop) => devices.WithDesk(options, desk => BenchRun.RunAsync(
            "soak", desk, BenchCommands.Output(options), (run, token) =>
                new SoakBench(desk, TimeSpan.FromMinutes(Math.Clamp(options.GetValue(minutes), 0.1, 100_000))).RunAsync(run, token),
                stop)));
        return command;
    }
}
