using Kiosk.App.Board;
using Kiosk.App.Configuration;
using Kiosk.App.Health;
using Kiosk.App.Logging;
using Kiosk.App.PageServer;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
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

/// <summary>Puts the program together by hand: each part is made here, from its part of the <see cref="KioskPlan"/>.</summary>
internal static class ConfiguredKiosk
{
    /// <summary>The whole kiosk of a configuration, for as long as the work takes.</summary>
    internal static Task RunAsync(Config config, string? session, Func<KioskProcess, Task> work, CancellationToken stop) =>
        RunAsync(KioskPlan.For(config, session), work, stop);

    /// <summary>The mutual-TLS link; wrong files are named at once.</summary>
    internal static GrpcReceptionLink Link(ReceptionConfig config, TimeProvider time) =>
        GrpcReceptionLink.Open(KioskPlan.LinkFor(config), time);

    private static async Task RunAsync(KioskPlan plan, Func<KioskProcess, Task> work, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        LossCount loss = new();
        using ILoggerFactory logs = LogSetup.ToConsole(quiet: false, loss);
        using VisitJournal journal = VisitJournal.Open(plan.Journal, time);
        using SealedOutbox? box = plan.Outbox is { } kept ? SealedOutbox.Open(kept.File, kept.Key, time) : null;
        GrpcReceptionLink bare = GrpcReceptionLink.Open(plan.Link, time);
        await using IReceptionLink link = box is null ? bare : new OutboxLink(bare, box, time);
        TrustFiles trust = CardTrustFolder.Read(plan.Trust);
        if (trust.NotUsed.Count > 0) logs.CreateLogger("CardTrust").TrustNotUsed($"{plan.Trust}: {string.Join(", ", trust.NotUsed)}");
        await using ICardReader reader = new PcscCardReader(new PcscCardReaderOptions(plan.Reader, trust.Trust), new NativePcsc(), time);
        using CardPictures pictures = new(CardPicturesOptions.ForProgram(typeof(ConfiguredKiosk).Assembly.Location), time);
        pictures.Start();
        SensorReadings readings = new();
        CameraFinder finder = plan.CameraFinder();
        // Read now: a wrong file is named at the start, not at the first patient.
        LightLimits? limits = plan.Face.Light is { } file ? LightLimitsFile.Read(file) : null;
        FaceLight? light = limits is null ? null : new() { Lux = () => readings.Lux };
        await using ReloadingFaceCheck face =
            new(() => Face(plan.Face, limits, light, finder, pictures, readings, time),
            new DeviceFilePresence(plan.Face.Camera, finder), time);
        face.Start();
        using PrintedNumberCamera? tray = plan.TrayCamera is null ? null : new(FileCamera.At(plan.TrayCamera, time), time);
        VisitDevices devices = new(reader, tray as IPrintedNumberReader ?? new NoPrintedNumber(), face, link, journal, pictures.NamePng);
        await using KioskProcess kiosk = await KioskProcess.StartAsync(devices, face, face, plan.Face.IsOffered, plan.Ui, time, logs, stop,
            new BoardSetup(plan.Devices, new LinuxBoard(time), new TamperLatch(plan.TamperLatch), readings, light),
            plan.Face.HeadTurn,
            OperatingSystem.IsLinux() ? new PanelParts(plan.Display, plan.Touch) : null);
        if (plan.Keypad is not null)
        {
            ILogger log = logs.CreateLogger("Keypad");
            _ = new KeypadInput(kiosk.Ui!.Port).FollowAsync(new EvdevKeypad(plan.Keypad).WatchAsync(log.Keypad, stop), stop);
        }
        ILogger told = logs.CreateLogger("Log");
        loss.Changed += lost => TellLoss(lost, kiosk.Host.Health, told);
        if (loss.IsLosing) TellLoss(loss, kiosk.Host.Health, told);
        _ = TellNotConfinedAsync(pictures.NotConfined, kiosk.Host.Health, logs.CreateLogger("Pictures"));
        using Telemetry? telemetry = Telemetry.Start(plan.Telemetry, plan.Id, () => kiosk.Host.Health.Current);
        await work(kiosk);
    }

    /// <summary>Shows on the health page and at the desk that the log cannot be written. When it can again, the log says what is
    /// missing from it.</summary>
    private static void TellLoss(LossCount loss, HealthBoard health, ILogger log)
    {
        health.Set("log", loss.IsLosing ? Failure.LogNotWritten : null, $"lines lost: {loss.Lost}");
        if (!loss.IsLosing) log.LinesLost(loss.Lost);
    }

    /// <summary>Says once on the health page, at the desk and in the log what the system does not give to the decoder of card pictures.
    /// </summary>
    internal static async Task TellNotConfinedAsync(Task<string> notConfined, HealthBoard health, ILogger log)
    {
        string reason = await notConfined;
        health.Set("decoder", Failure.DecoderNotConfined, $"without {reason}");
        log.DecoderNotConfined(reason);
    }

    private static FaceCheck Face(FacePlan plan, LightLimits? limits, FaceLight? light, CameraFinder finder, CardPictures pictures,
        SensorReadings readings, TimeProvider time)
    {
        ICamera camera = FileCamera.At(plan.Camera, time, () => readings.Lux, finder, uncompressed: limits is not null);
        InfraredSensor? sensor = plan.NirCamera is null ? null : new(FileCamera.At(plan.NirCamera, time), new InfraredRule(), time);
        return new FaceCheck(camera, plan.Check with { Light = limits }, time, new ModelStore(extra: plan.Models), sensor)
        {
            Pictures = pictures,
            Light = light,
        };
    }
}
