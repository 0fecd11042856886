using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.App.Commissioning;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Bench;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Commands;

/// <summary>`kiosk selftest` and `kiosk commission`, with the kiosk's configuration. Stop `kiosk run` first: only one program can hold the
/// reader and the camera.</summary>
/// <param name="withoutConfig">Checks the parts without a configuration (kiosk-lab: simulated devices). Null: a configuration is
/// required.</param>
internal sealed class TechnicianCommands(Func<Func<SelfTestParts, Task<int>>, CancellationToken, Task<int>>? withoutConfig = null)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Option<FileInfo?> _config = new("--config") { Description = "the kiosk's configuration, kiosk.json" };

    public Command SelfTest()
    {
        Option<string?> json = new Option<string?>("--json") { Description = "also write the checks to this file" }.NamesFileToWrite();
        Command command = new("selftest", "check every part once: text, or JSON; exit code 0, or the code of the first failure")
        {
            _config, json,
        };
        command.SetAction((options, stop) => WithParts(options.GetValue(_config), async parts =>
        {
            IReadOnlyList<SelfCheck> checks = await new SelfTest(parts, TimeProvider.System)
                .RunAsync(check => Console.WriteLine(Commissioning.Commission.Line(check)), stop);
            if (options.GetValue(json) is string file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(checks, _json), stop);
            Console.WriteLine($"{checks.Count(c => c.Good)} 項目 良、{checks.Count(c => !c.Good)} 項目 否");
            return checks.FirstOrDefault(c => !c.Good)?.Failure is Failure why ? FailureCatalogue.EntryFor(why).Exit : 0;
        }, stop));
        return command;
    }

    public Command Commission()
    {
        Option<string?> answers = new("--answers")
        {
            Description = "JSON file with the answers, instead of questions (hardware/commission.example.json)",
        };
        Option<string> folder = new("--out") { Description = "folder of the report", DefaultValueFactory = _ => "commissioning" };
        Command command = new("commission", "設置: asks the checks of an installation one by one and writes the signed completion report")
        {
            _config, answers, folder,
        };
        command.SetAction((options, stop) => WithParts(options.GetValue(_config), parts =>
            new Commissioning.Commission(parts, TimeProvider.System)
                .RunAsync(options.GetValue(answers), options.GetValue(folder)!, Console.In, Console.Out, stop), stop));
        return command;
    }

    private async Task<int> WithParts(FileInfo? config, Func<SelfTestParts, Task<int>> work, CancellationToken stop)
    {
        if (config is not null) return await work(Real(Config.Load(config.FullName)));
        if (withoutConfig is not null) return await withoutConfig(work, stop);
        throw new FailureException(Failure.ConfigBroken, "--config FILE is needed: the kiosk.json that `kiosk run` uses");
    }

    private static SelfTestParts Real(Config config)
    {
        TimeProvider time = TimeProvider.System;
        return new SelfTestParts(
            config.Id, new Uri(config.Reception!.Address), config.Reception.Certificate, config.Reception.Key,
            () => Anchors(config.Card.Trust),
            () => Models(config.Face), () => ReaderName(ReaderPattern.ForName(config.Card.Reader)),
            FileCamera.At(config.Face.Camera, time,
                finder: KioskPlan.CameraFinderFor(config.Face.Camera, config.Card.Camera, config.Face.NirCamera)),
            token => AskReceptionAsync(config.Reception, time, token), Path.GetDirectoryName(Path.GetFullPath(config.Journal))!,
            config.Devices, new LinuxBoard(time))
        {
            TicketPrinter = config.Ticket is { } ticket ? new EscPosPrinter(TicketPlan.For(ticket).Printer, time) : null,
        };
    }

    /// <summary>Reads the trust anchors.</summary>
    private static string Anchors(string folder)
    {
        TrustFiles files = CardTrustFolder.Read(folder);
        string found = $"CA 証明書 {files.Certificates}、CV 鍵 {files.CardFaceKeys}（{folder}）";
        return files.NotUsed.Count == 0 ? found : $"{found}。使わなかったもの：{string.Join("、", files.NotUsed)}";
    }

    internal static string ReaderName(ReaderPattern pattern) => ReaderName(pattern, ApduProbe.Readers(new NativePcsc()));

    /// <summary>The reader that is used, and which others the setting fits too.</summary>
    /// <exception cref="FailureException">ReaderMissing, with the readers that are there.</exception>
    internal static string ReaderName(ReaderPattern pattern, IReadOnlyList<string> readers)
    {
        string[] fitting = [.. pattern.Devices(readers)];
        return fitting switch
        {
            [] => throw new FailureException(Failure.ReaderMissing, readers.Count == 0 ? pattern.Pattern
                : $"{pattern.Pattern}（あるのは：{string.Join("、", readers)}）"),
            [string only] => only,
            [string used, .. string[] others] => $"{used}（注意：設定 card.reader に合うリーダーがほかに {others.Length} 台あります："
                + $"{string.Join("、", others)}。使うリーダーの名前を card.reader に書いてください）",
        };
    }

    private static string Models(FaceConfig face)
    {
        if (face.Use is FaceUse.Off) return "設定により使わない";
        ModelState[] present = [.. ModelCheck.List().Where(m => m.Path is not null)];
        return present.Length > 0
            ? string.Join(", ", present.Select(m => m.Model.Id))
            : throw new FailureException(Failure.ModelMissing, "一覧のモデルがない");
    }

    /// <summary>Waits for the first event of the link, which says whether it works.</summary>
    private static async Task<string> AskReceptionAsync(ReceptionConfig config, TimeProvider time, CancellationToken stop)
    {
        await using Devices.Reception.GrpcReceptionLink link = ConfiguredKiosk.Link(config, time);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        long since = time.GetTimestamp();
        try
        {
            await foreach (ReceptionEvent news in link.WatchAsync(patience.Token))
            {
                if (news is ReceptionEvent.LinkUp) return $"相互 TLS で {time.GetElapsedTime(since).TotalMilliseconds:0} ms";
                if (news is ReceptionEvent.LinkDown down) throw new FailureException(down.Why, down.Detail);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // No event for 15 s: reported below.
        }
        throw new FailureException(Failure.ReceptionUnreachable, config.Address);
    }
}
