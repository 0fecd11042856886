using Kiosk.App.Board;
using Kiosk.App.Configuration;
using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.PageServer;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
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

namespace Kiosk.App.Composition;

/// <summary>Builds the program from its configuration. This is the only place that turns a configuration key into a part.</summary>
internal static class ConfiguredKiosk
{
    /// <summary>Starts the whole kiosk of a configuration, runs <paramref name="work"/>, then stops it.</summary>
    internal static async Task RunAsync(Config config, string? session, Func<KioskProcess, Task> work, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        using ILoggerFactory logs = LogSetup.ToConsole(quiet: false);
        using VisitJournal journal = VisitJournal.Open(config.Journal, time);
        using SealedOutbox? box = config.Outbox is { } kept ? SealedOutbox.Open(kept.File, kept.Key, time) : null;
        GrpcReceptionLink bare = Link(config.Reception!, time);
        await using IReceptionLink link = box is null ? bare : new OutboxLink(bare, box, time);
        await using ICardReader reader = new PcscCardReader(
            new PcscCardReaderOptions(ReaderPattern.ForName(config.Card.Reader), CardTrustFolder.Load(config.Card.Trust)), new NativePcsc(),
            time);
        using CardPictures pictures = new(CardPicturesOptions.ForProgram(typeof(ConfiguredKiosk).Assembly.Location), time);
        pictures.Start();
        SensorReadings readings = new();
        await using ReloadingFaceCheck face = new(
            () => Face(config.Face, pictures, readings, time), new DeviceFilePresence(config.Face.Camera), time);
        face.Start();
        using PrintedNumberCamera? tray = config.Card.Camera.Length == 0 ? null : new(FileCamera.At(config.Card.Camera, time), time);
        VisitDevices devices = new(reader, tray as IPrintedNumberReader ?? new NoPrintedNumber(), face, link, journal, pictures.NamePng);
        UiOptions ui = new(
            config.Ui.Port, config.Ui.PanelWidthMm, ShufflePad: config.Ui.ShufflePad, SessionFile: session, Voices: config.Ui.Voices);
        await using KioskProcess kiosk = await KioskProcess.StartAsync(
            devices, face, face, config.Face.Use is not FaceUse.Off, ui, time, logs, stop,
            new BoardSetup(config.Devices, new LinuxBoard(time), new TamperLatch(config.TamperLatch), readings), config.Face.HeadTurn);
        if (config.Ui.Keypad.Length > 0)
        {
            ILogger log = logs.CreateLogger("Keypad");
            _ = new KeypadInput(kiosk.Ui!.Port).FollowAsync(new EvdevKeypad(config.Ui.Keypad).WatchAsync(log.Keypad, stop), stop);
        }
        using Telemetry? telemetry = Telemetry.Start(config.Telemetry, config.Id, () => kiosk.Host.Health.Current);
        await work(kiosk);
    }

    /// <summary>The mutual-TLS link. A broken certificate file is reported at once, with its name.</summary>
    internal static GrpcReceptionLink Link(ReceptionConfig config, TimeProvider time) => GrpcReceptionLink.Open(
        new ReceptionLinkOptions(
            new Uri(config.Address), config.Ca, config.Certificate, config.Key, config.Pins, HealthBoard.ProductVersion), time);

    private static FaceCheck Face(FaceConfig config, CardPictures pictures, SensorReadings readings, TimeProvider time)
    {
        FaceCheckOptions options = new(
            config.Engine.Length == 0 ? null : config.Engine,
            config.Use is FaceUse.Unattended ? "unattended" : "staffed",
            Challenge: config.HeadTurn ? Challenge.Turn : Challenge.None,
            Cohort: config.Cohort.Length == 0 ? null : config.Cohort,
            CohortThreshold: config.CohortThreshold);
        ICamera camera = FileCamera.At(config.Camera, time, () => readings.Lux);
        InfraredSensor? sensor = config.NirCamera.Length == 0 ? null : new(FileCamera.At(config.NirCamera, time), new InfraredRule(), time);
        return new FaceCheck(
            camera, options, time, new ModelStore(extra: config.Models.Length == 0 ? null : config.Models), sensor) { Pictures = pictures };
    }
}
