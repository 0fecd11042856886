using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Kiosk.App.Commands;
using Kiosk.Lab.Commands;
using Kiosk.ReceptionTerminal.Commands;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.Tests.Cards;

namespace Kiosk.Processes.Commands;

/// <summary>What a person can do wrong with a command is answered with one line and an exit code, never with a stack trace.</summary>
public sealed class CommandMistakeTests : IDisposable
{
    /// <summary>Neither a file nor a folder can be there, for root as well.</summary>
    private const string Nowhere = "/dev/null/nowhere";

    /// <summary>Commands that measure or serve for a long time before they write a file, or ask for nothing that can be wrong.</summary>
    private static readonly string[] _long =
    [
        "kiosk-lab simulate", "kiosk-lab models build",
        "kiosk-lab models list", "kiosk-lab models verify", "kiosk-lab card list", "kiosk models list",
        "kiosk models verify", "kiosk voices list",
        // These run synthesisers that need not be on the machine, or ask a person.
        "kiosk-lab voices make", "kiosk-lab voices check", "kiosk-lab voices add",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-commands");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Programs => ["kiosk", "kiosk-lab", "reception"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Each_command_refuses_an_option_that_it_does_not_know(string program)
    {
        foreach ((string name, _) in Leaves(Root(program), program))
        {
            ParseResult parsed = Root(program).Parse([.. name.Split(' ')[1..], "--no-such-option", "x"]);
            Assert.True(parsed.Action is ParseErrorAction, name);
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_wrong_command_line_is_one_line(string program)
    {
        OneLine(await ProgramRun.OfAsync(program, "no-such-command"), program, "no-such-command");
        OneLine(await ProgramRun.OfAsync(program, "run", "--no-such-option"), program, "--no-such-option");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Each_command_names_a_file_or_folder_that_cannot_be_used(string program)
    {
        List<(string Name, Command Command)> commands = [.. Leaves(Root(program), program).Where(c => !_long.Contains(c.Name))];
        Assert.NotEmpty(commands);
        await Parallel.ForEachAsync(commands, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (command, _) =>
        {
            ProgramRun run = await ProgramRun.OfAsync(program, [.. command.Name.Split(' ')[1..], .. Wrong(command.Command)]);
            OneLine(run, command.Name);
        });
    }

    [Fact]
    public async Task A_broken_configuration_ends_every_command_that_reads_it_with_exit_code_2()
    {
        string file = Path.Combine(_folder.FullName, "broken.json");
        await File.WriteAllTextAsync(file, """{ "id": null }""");
        string[][] commands =
        [
            ["kiosk", "run", "--config", file], ["kiosk", "selftest", "--config", file], ["kiosk", "commission", "--config", file],
            ["kiosk", "bench", "camera", "--desk", file], ["kiosk-lab", "visit", "--config", file],
            ["kiosk-lab", "reception", "run", "--config", file], ["reception", "run", "--config", file],
            ["reception", "staff", "--config", file, "--add", "a"], ["reception", "staff-code", "--config", file, "--set", "a"],
        ];
        foreach (string[] command in commands)
        {
            ProgramRun run = await ProgramRun.OfAsync(command[0], command[1..]);
            OneLine(run, string.Join(' ', command), "id");
            Assert.Equal(2, run.Exit);
        }
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_named_with_the_key_that_changes_it()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        PkiFiles pki = FacilityPki.Write(At("pki"), ["localhost"], "kiosk-7", TimeProvider.System);
        Directory.CreateDirectory(At("trust"));
        CardDeskFixture.Hierarchy.SaveTrust(At("trust"), CardDeskFixture.Today);
        string kiosk = Save("kiosk.json", new
        {
            ui = new { port },
            card = new { trust = "trust" },
            face = new { use = "off" },
            reception = new { address = "https://localhost:1", ca = pki.Ca, certificate = pki.KioskCertificate, key = pki.KioskKey },
        });
        await InUse("ui.port", "kiosk", "run", "--config", kiosk);
        await InUse("port", "reception", "run", "--config", Reception("link", link: port, desk: 0, metrics: 0));
        await InUse("desk.port", "reception", "run", "--config", Reception("desk", link: 0, desk: port, metrics: 0));
        await InUse("metrics.port", "reception", "run", "--config", Reception("metrics", link: 0, desk: 0, metrics: port));
        await InUse("desk.port", "kiosk-lab", "reception", "run", "--config", Reception("lab", link: 0, desk: port, metrics: 0));
        await InUse(
            "--port", "reception", "pair", "--dir", At("pki"), "--name", "localhost", "--kiosk", "k2", "--listen", "127.0.0.1",
            "--port", $"{port}");

        async Task InUse(string key, string program, params string[] arguments)
        {
            ProgramRun run = await ProgramRun.OfAsync(program, arguments);
            OneLine(run, $"{program} {arguments[0]}", $"{port}");
            Assert.Contains(key, run.Said, StringComparison.Ordinal);
            Assert.Equal(2, run.Exit);
        }

        string Reception(string name, int link, int desk, int metrics) => Save($"{name}.json", new
        {
            database = $"{name}.db",
            caFile = pki.Ca,
            certificateFile = pki.ServerCertificate,
            keyFile = pki.ServerKey,
            listen = "127.0.0.1",
            port = link,
            desk = new { port = desk },
            metrics = new { port = metrics },
        });
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Save(string name, object content)
    {
        File.WriteAllText(At(name), JsonSerializer.Serialize(content));
        return At(name);
    }

    private static void OneLine(ProgramRun run, string command, string named = "")
    {
        string all = run.Output + run.Said;
        Assert.True(run.Exit != 0, $"{command} succeeded: {all}");
        Assert.False(all.Contains("   at ", StringComparison.Ordinal), $"{command}: {all}");
        // Progress and logs may come before it; the reason is the last line.
        string[] lines = run.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 0, $"{command} said nothing: {run.Output}");
        Assert.True(run.Said.Contains(named, StringComparison.Ordinal), $"{command}: {run.Said}");
        string[] reasons = [.. lines.Where(line => !IsProgress(line))];
        Assert.True(reasons.Length == 1, $"{command}: {reasons.Length} lines: {run.Said}");
    }

    /// <summary>Steps and log lines begin with a time, or say how far the command is.</summary>
    private static bool IsProgress(string line) => char.IsAsciiDigit(line[0]) || line.StartsWith("desk: ", StringComparison.Ordinal);

    private static string[] Wrong(Command command) =>
    [
        .. command.Options.Where(o => IsText(o.ValueType)).SelectMany(o => (string[])[o.Name, Nowhere]),
        .. command.Options.Where(o => o.Required && o.ValueType == typeof(int)).SelectMany(o => (string[])[o.Name, "1"]),
        .. command.Arguments.Where(a => IsText(a.ValueType)).Select(_ => Nowhere + ".json"),
    ];

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]) || type == typeof(FileInfo);

    private static RootCommand Root(string program) => program switch
    {
        "kiosk" => KioskCommands.Root(),
        "kiosk-lab" => LabRoot.Make(),
        _ => ReceptionCommands.Root(),
    };

    /// <summary>Hidden commands are started by the programs themselves, never by a person.</summary>
    private static IEnumerable<(string Name, Command Command)> Leaves(Command command, string name) => command.Subcommands.Count == 0
        ? [(name, command)]
        : command.Subcommands.Where(inner => !inner.Hidden).SelectMany(inner => Leaves(inner, $"{name} {inner.Name}"));
}
