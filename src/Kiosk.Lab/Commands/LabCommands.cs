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

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab simulate`, `visit` and the benches of the simulated desk.</summary>
internal static class LabCommands
{
    private static readonly Option<string?> _json = new("--json") { Description = "write the figures to this file as JSON" };

    private static readonly Option<int> _bitRate = BitRate();

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
            if (int.TryParse(given.Tokens is [{ Value: string text }, ..] ? text : null, out int number) && number is (< 0 or > DeskPorts.Largest))
                given.AddError($"--port: allowed: 0 (any free port) to {DeskPorts.Largest}.");
        });
        Option<string> card = new("--card")
        {
            Description = "a card to lay down at the start; default: none",
            DefaultValueFactory = _ => "",
        };
        Command command = new("simulate", "the kiosk at a simulated desk, until Ctrl-C") { port, card, _bitRate };
        command.SetAction((options, stop) =>
            SimulateCommand.RunAsync(options.GetValue(port), options.GetValue(card)!, options.GetValue(_bitRate), stop));
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
        Command command = new("visit",
            "one unattended visit; exit code 0 only if the check-in was accepted, else the failure's code (failures.md)")
        {
            card, person, method, pin, config, _bitRate, _json,
        };
        command.SetAction((options, stop) =>
        {
            VisitOrder order = new(options.GetValue(card)!, options.GetValue(person)!, options.GetValue(method), options.GetValue(pin),
                options.GetValue(_bitRate));
            return options.GetValue(config) is { } file
                ? DeviceVisit.RunAsync(Config.Load(file.FullName), order, options.GetValue(_json), stop)
                : VisitCommand.RunAsync(order, options.GetValue(_json), stop);
        });
        return command;
    }

    public static Command Bench()
    {
        BenchCommands devices = new(() => new SimulatedDevices());
        Option<int> visits = new("--visits") { Description = "visits of each method", DefaultValueFactory = _ => 20 };
        Command visit = new("visit", "many visits: p50 and p95 of each stage, and the machine's time without the modelled card time")
        {
            visits, _bitRate, _json,
        };
        visit.SetAction((options, stop) =>
            VisitBench.RunAsync(options.GetValue(visits), options.GetValue(_bitRate), options.GetValue(_json), stop));
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
        Command bench = new("bench", "benches: of simulated devices, and of software that needs no device")
        {
            visit, card, pull, link, FaceBenchCommand.Make(_json), FaceBenchCommand.CardFace(_json), FaceBenchCommand.Pad(_json),
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
            if (int.TryParse(given.Tokens is [{ Value: string text }, ..] ? text : null, out int number) && number is not (0 or 106 or 212 or 424))
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
