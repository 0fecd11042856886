using System.CommandLine;
using Kiosk.App.Ui;
using Kiosk.Core.Cards;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Journal;
using Kiosk.Devices.Keypad;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Reception;
using Kiosk.Devices.Tamper;

namespace Kiosk.App.Commands;

/// <summary>`kiosk run --config FILE`: serves patients with the real reader, camera and reception named in the file, until stopped.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        Option<FileInfo> config = new("--config") { Description = "the configuration, JSON; all keys are in README", Required = true };
        Command command = new("run", "serve patients with real devices") { config };
        command.SetAction((options, stop) => RunAsync(Config.Load(options.GetValue(config)!.FullName), stop));
        return command;
    }

    private static async Task<int> RunAsync(Config config, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        using ILoggerFactory logs = LogSetup.ToConsole(quiet: false);
        using VisitJournal journal = VisitJournal.Open(config.Journal, time);
        await using GrpcReceptionLink link = Link(config.Reception!, time);
        string pattern = config.Card.Reader.Contains('*', StringComparison.Ordinal) ? config.Card.Reader : $"*{config.Card.Reader}*";
        await using ICardReader reader = new PcscCardReader(
            new PcscCardReaderOptions(new ReaderPattern(pattern), CardTrustFolder.Load(config.Card.Trust)), new NativePcsc(), time);
        using CardPictures pictures = new(CardPicturesOptions.Of(typeof(RunCommand).Assembly.Location), time);
        pictures.Start();
        Room room = new();
        await using FaceSlot face = new(() => Face(config.Face, pictures, room, time), new DeviceFilePresence(config.Face.Camera), time);
        face.Start();
        VisitDevices devices = new(reader, new NoPrintedNumber(), face, link, journal);
        UiOptions ui = new(config.Ui.Port, config.Ui.PanelWidthMm, ShufflePad: config.Ui.ShufflePad, Voices: config.Ui.Voices);
        await using KioskProcess kiosk = await KioskProcess.StartAsync(devices, face, face, config.Face.Use is not FaceUse.Off, ui, time, logs, stop,
            new BoardSetup(config.Devices, new LinuxBoard(time), new TamperLatch(config.TamperLatch), room));
        Console.WriteLine($"screen {kiosk.Ui!.Url}");
        if (config.Ui.Keypad.Length > 0)
        {
            ILogger log = logs.CreateLogger("Keypad");
            _ = new KeypadHands(kiosk.Ui.Port).FollowAsync(new EvdevKeypad(config.Ui.Keypad).WatchAsync(log.Keypad, stop), stop);
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    /// <summary>The mutual-TLS link; wrong files are named at once.</summary>
    internal static GrpcReceptionLink Link(ReceptionConfig config, TimeProvider time) => GrpcReceptionLink.Open(
        new ReceptionLinkOptions(new Uri(config.Address), config.Ca, config.Certificate, config.Key, config.Pins, HealthBoard.ProductVersion), time);

    private static FaceCheck Face(FaceConfig config, CardPictures pictures, Room room, TimeProvider time)
    {
        FaceCheckOptions options = new(
            config.Engine.Length == 0 ? null : config.Engine,
            config.Use is FaceUse.Unattended ? "unattended" : "staffed",
            Challenge: config.HeadTurn ? Challenge.Turn : Challenge.None);
        OpenCvCamera camera = new(config.Camera, time) { Lux = () => room.Lux };
        return new FaceCheck(camera, options, time, new ModelStore(extra: config.Models.Length == 0 ? null : config.Models)) { Pictures = pictures };
    }
}
