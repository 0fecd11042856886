using System.CommandLine;
using Kiosk.App.Benches;
using Kiosk.Devices.Board;
using Kiosk.Devices.Light;
using CommandFault = Kiosk.Contract.CommandFault;

namespace Kiosk.App.Commands;

/// <summary>`kiosk bench DEVICE`: measures real devices. kiosk-lab measures the simulated devices with the same code.</summary>
/// <param name="simulated">Makes the simulated devices; null: only real devices can be measured.</param>
internal sealed class BenchCommands(Func<ISimulatedDevices>? simulated = null)
{
    private static readonly Option<string?> _desk = new("--desk")
    {
        Description = "the bench file; default hardware/bench.json, and if that is missing the simulated devices",
    };
    private static readonly Option<string> _out = new("--out")
    {
        Description = "folder of the reports",
        DefaultValueFactory = _ => "artifacts/bench",
    };
    private static readonly Option<string?> _json =
        new Option<string?>("--json") { Description = "write the figures to this file instead of into --out" }.NamesFileToWrite();
    private static readonly Option<string?> _baseline = new("--baseline") { Description = "compare with this earlier JSON report" };

    /// <summary>Adds the device benches to the command <paramref name="bench"/>.</summary>
    public Command AddTo(Command bench)
    {
        Command[] all = [Camera(), Reader(), Board("light"), Board("board"), Keypad(), Printer(), Record()];
        foreach (Command command in all) bench.Add(command);
        return bench;
    }

    private Command Camera()
    {
        Option<int> opens = Number("--opens", 5, "how often the camera is opened and closed");
        Option<int> seconds = Number("--seconds", 10, "duration of one stream");
        Option<int> reconnects = Number("--reconnects", 3, "how often the cable is unplugged, if somebody can do it");
        Option<double?> unplug = new("--unplug-after")
        {
            Description = "unplug the cable after this many seconds of the stream and leave it unplugged",
        };
        Option<string> which = Class(DeviceClass.FaceCamera, DeviceClass.CardCamera, DeviceClass.NirCamera);
        Command command = With(
            new Command("camera", "open time, frame rate, jitter, latency, exposure, sharpness, flicker, drop-outs, reconnect"),
            which, opens, seconds, reconnects, unplug);
        command.SetAction((options, stop) => WithDesk(options, desk => BenchRun.RunAsync(
            "camera", desk, Output(options),
            (run, token) => new CameraBench(desk.Camera(options.GetValue(which)!), new CameraBenchOptions(
                Math.Clamp(options.GetValue(opens), 1, 100),
                Math.Clamp(options.GetValue(seconds), 2, 3600),
                Math.Clamp(options.GetValue(reconnects), 0, 50),
                options.GetValue(unplug))).RunAsync(run, token),
            stop)));
        return command;
    }

    private Command Reader()
    {
        Option<int> insertions = Number("--insertions", 20, "how often the card is laid down and taken; 1000 takes about 20 minutes");
        Option<int> removals = Number("--removals", 10, "how often the card is taken away at a random moment of a read");
        Option<int> reads = Number("--reads", 2, "complete reads of each card at each bit rate");
        Option<string> rates = new("--rates")
        {
            Description = "bit rates in kbit/s, separated by commas",
            DefaultValueFactory = _ => "106,212,424,contact",
        };
        Option<int> reconnects = Number("--reconnects", 3, "how often the reader's cable is unplugged, if somebody can do it");
        Option<int> seed = Number("--seed", 1, "seed of the random moments");
        Option<int?> unplug = new("--unplug-after")
        {
            Description = "unplug the reader's cable after this many insertions and leave it unplugged",
        };
        Option<string> which = Class(DeviceClass.ContactlessReader, DeviceClass.ContactReader);
        Command command = With(
            new Command("reader", "detection, APDU latency, reads by card and bit rate, insertions, removals at random moments, reconnect"),
            which, insertions, removals, reads, rates, reconnects, seed, unplug);
        command.SetAction((options, stop) => WithDesk(options, desk => BenchRun.RunAsync(
            "reader", desk, Output(options),
            async (run, token) => await new ReaderBench(await desk.ReaderAsync(options.GetValue(which)!, token), new ReaderBenchOptions(
                Math.Clamp(options.GetValue(insertions), 1, 100_000),
                Math.Clamp(options.GetValue(removals), 0, 10_000),
                Math.Clamp(options.GetValue(reads), 0, 1000),
                options.GetValue(rates)!.Split(','),
                Math.Clamp(options.GetValue(reconnects), 0, 100),
                options.GetValue(seed),
                options.GetValue(unplug))).RunAsync(run, token),
            stop)));
        return command;
    }

    private Command Keypad()
    {
        Option<int> rounds = Number("--rounds", 3, "presses of each key");
        Command command = With(new Command("keypad", "asks for each key: time until the press is reported, and bounce"), rounds);
        command.SetAction((options, stop) => WithDesk(options, desk => BenchRun.RunAsync(
            "keypad", desk, Output(options),
            async (run, token) =>
                await new KeypadBench(await desk.KeypadAsync(token), Math.Clamp(options.GetValue(rounds), 1, 1000)).RunAsync(run, token),
            stop)));
        return command;
    }

    private Command Printer()
    {
        Option<int> tickets = Number("--tickets", 3, "test tickets printed");
        Option<int> questions = Number("--questions", 20, "how often the printer's state is asked for");
        Command command = With(
            new Command("printer", "time of a state question and of a ticket; is an open cover noticed"), tickets, questions);
        command.SetAction((options, stop) => WithDesk(options, desk => BenchRun.RunAsync(
            "printer", desk, Output(options),
            (run, token) => new PrinterBench(
                desk.Printer(), Math.Clamp(options.GetValue(tickets), 1, 100), Math.Clamp(options.GetValue(questions), 1, 1000))
                .RunAsync(run, token),
            stop)));
        return command;
    }

    private Command Record()
    {
        Option<string> species = new("--species")
        {
            Description = $"{FaceRecorder.Live}, or the kind of attack, for example print-flat, print-bent, tablet-still, tablet-film",
            DefaultValueFactory = _ => FaceRecorder.Live,
        };
        Option<int> rate = Number("--fps", 15, "frames kept each second, 1 to 25");
        Option<int> seconds = Number("--seconds", 12, "length, 8 to 20; `bench pad` reads the first 300 frames");
        Option<string> to = new("--to") { Description = "folder of the recordings", DefaultValueFactory = _ => "artifacts/recordings" };
        Command command = new("record", "films one presentation for `bench pad`, after the person has agreed")
        {
            _desk, species, rate, seconds, to,
        };
        command.SetAction((options, stop) => WithDesk(options, async desk =>
        {
            using IStatusLight? light = desk.Find(DeviceClass.StatusLight) is { } lamp ? desk.Board(lamp).Light(lamp) : null;
            FaceRecorderOptions what = new(
                options.GetValue(to)!, options.GetValue(species)!, Math.Clamp(options.GetValue(rate), 1, 25),
                Math.Clamp(options.GetValue(seconds), 8, 20));
            FaceRecorder recorder = new(desk.Camera(DeviceClass.FaceCamera), light, what, Console.In, Console.Error, TimeProvider.System);
            return await recorder.RunAsync(stop) is null ? CommandFault.Usage : 0;
        }));
        return command;
    }

    private Command Board(string name)
    {
        Option<int> rounds = Number("--rounds", 20, "readings of each sensor, edges of each line, rounds through all lamps");
        string what = name == "light"
            ? "every lamp of the visit, and how long an update takes"
            : "ambient light, temperature, tones, edges of tamper switch and presence sensor";
        Command command = With(new Command(name, what), rounds);
        command.SetAction((options, stop) => WithDesk(options, desk => BenchRun.RunAsync(
            name, desk, Output(options),
            (run, token) => new BoardBench(desk, new BoardBenchOptions(Math.Clamp(options.GetValue(rounds), 1, 10_000))) is var bench
                && name == "light"
                ? bench.LightAsync(run, token)
                : bench.BoardAsync(run, token),
            stop)));
        return command;
    }

    internal async Task<int> WithDesk(ParseResult options, Func<BenchDesk, Task<int>> work)
    {
        await using BenchDesk desk = BenchDesk.Open(options.GetValue(_desk), simulated?.Invoke());
        await Console.Error.WriteLineAsync($"desk: {desk.File.Name} ({desk.File.Environment})");
        return await work(desk);
    }

    internal static BenchOutput Output(ParseResult options) =>
        new(options.GetValue(_out)!, options.GetValue(_json), options.GetValue(_baseline));

    internal static Command With(Command command, params Option[] own)
    {
        foreach (Option option in (Option[])[_desk, .. own, _out, _json, _baseline]) command.Add(option);
        return command;
    }

    private static Option<string> Class(params string[] classes)
    {
        Option<string> option = new("--class") { Description = "device class to measure", DefaultValueFactory = _ => classes[0] };
        option.AcceptOnlyFromAmong(classes);
        return option;
    }

    private static Option<int> Number(string name, int value, string what) =>
        new(name) { Description = what, DefaultValueFactory = _ => value };
}
