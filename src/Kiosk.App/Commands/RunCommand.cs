using System.CommandLine;
using Kiosk.App.Appliance;
using Kiosk.App.Ui;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.CardFace;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.Devices.Journal;
using Kiosk.Devices.Keypad;
using Kiosk.Devices.Outbox;
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
        Option<string?> door = new("--door") { Description = "a named pipe, or a page (.html), where the browser fetches its address; else it is printed" };
        Option<string?> session = new("--session") { Description = "a file that keeps the browser's session over a restart of the kiosk" };
        Option<bool> service = new("--service") { Description = "Windows: run under the service control manager" };
        Command command = new("run", "serve patients with real devices") { config, door, session, service };
        command.SetAction((options, stop) =>
        {
            Task<int> Run(CancellationToken until) => RunAsync(Config.Load(options.GetValue(config)!.FullName), options.GetValue(door), options.GetValue(session), until);
            if (!OperatingSystem.IsWindows() || !options.GetValue(service)) return Run(stop);
            return Task.FromResult(WindowsService.Run(Run));
        });
        return command;
    }

    private static async Task<int> RunAsync(Config config, string? door, string? session, CancellationToken stop)
    {
        await WithKioskAsync(config, session, kiosk => Serving.UntilStoppedAsync(kiosk, door, TimeProvider.System, stop), stop);
        return 0;
    }

    /// <summary>The whole kiosk of a configuration, for as long as the work takes.</summary>
    internal static async Task WithKioskAsync(Config config, string? session, Func<KioskProcess, Task> work, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        using ILoggerFactory logs = LogSetup.ToConsole(quiet: false);
        using VisitJournal journal = VisitJournal.Open(config.Journal, time);
        using SealedOutbox? box = config.Outbox is { } kept ? SealedOutbox.Open(kept.File, kept.Key, time) : null;
        GrpcReceptionLink bare = Link(config.Reception!, time);
        await using IReceptionLink link = box is null ? bare : new OutboxLink(bare, box, time);
        string pattern = config.Card.Reader.Contains('*', StringComparison.Ordinal) ? config.Card.Reader : $"*{config.Card.Reader}*";
        await using ICardReader reader = new PcscCardReader(
            new PcscCardReaderOptions(new ReaderPattern(pattern), CardTrustFolder.Load(config.Card.Trust)), new NativePcsc(), time);
        using CardPictures pictures = new(CardPicturesOptions.Of(typeof(RunCommand).Assembly.Location), time);
        pictures.Start();
        Room room = new();
        await using FaceSlot face = new(() => Face(config.Face, pictures, room, time), new DeviceFilePresence(config.Face.Camera), time);
        face.Start();
        using PrintedNumberCamera? tray = config.Card.Camera.Length == 0 ? null : new(FileCamera.At(config.Card.Camera, time), time);
        VisitDevices devices = new(reader, tray as IPrintedNumberReader ?? new NoPrintedNumber(), face, link, journal, pictures.NamePng);
        UiOptions ui = new(
            config.Ui.Port, config.Ui.PanelWidthMm, ShufflePad: config.Ui.ShufflePad, SessionFile: session, Voices: config.Ui.Voices);
        await using KioskProcess kiosk = await KioskProcess.StartAsync(devices, face, face, config.Face.Use is not FaceUse.Off, ui, time, logs, stop,
            new BoardSetup(config.Devices, new LinuxBoard(time), new TamperLatch(config.TamperLatch), room), config.Face.HeadTurn);
        if (config.Ui.Keypad.Length > 0)
        {
            ILogger log = logs.CreateLogger("Keypad");
            _ = new KeypadHands(kiosk.Ui!.Port).FollowAsync(new EvdevKeypad(config.Ui.Keypad).WatchAsync(log.Keypad, stop), stop);
        }
        await work(kiosk);
    }

    /// <summary>The mutual-TLS link; wrong files are named at once.</summary>
    internal static GrpcReceptionLink Link(ReceptionConfig config, TimeProvider time) => GrpcReceptionLink.Open(
        new ReceptionLinkOptions(new Uri(config.Address), config.Ca, config.Certificate, config.Key, config.Pins, HealthBoard.ProductVersion), time);

    private static FaceCheck Face(FaceConfig config, CardPictures pictures, Room room, TimeProvider time)
    {
        FaceCheckOptions options = new(
            config.Engine.Length == 0 ? null : config.Engine,
            config.Use is FaceUse.Unattended ? "unattended" : "staffed",
            Challenge: config.HeadTurn ? Challenge.Turn : Challenge.None,
            Cohort: config.Cohort.Length == 0 ? null : config.Cohort,
            CohortThreshold: config.CohortThreshold);
        ICamera camera = FileCamera.At(config.Camera, time, () => room.Lux);
        InfraredSensor? sensor = config.NirCamera.Length == 0 ? null : new(FileCamera.At(config.NirCamera, time), new InfraredRule(), time);
        return new FaceCheck(camera, options, time, new ModelStore(extra: config.Models.Length == 0 ? null : config.Models), sensor) { Pictures = pictures };
    }
}
