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
using Kiosk.Devices.Pictures;
using Kiosk.Devices.Reception;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Composition;

/// <summary>Puts the program together by hand: each part is made here, from its part of the <see cref="KioskPlan"/>.</summary>
internal static class ConfiguredKiosk
{
    /// <summary>The whole kiosk of a configuration, for as long as the work takes.</summary>
    /// <param name="decoder">As <see cref="CardPicturesOptions.Socket"/>.</param>
    /// <param name="given">A link instead of the configured one, for a test; disposed here.</param>
    internal static Task RunAsync(
        Config config, string? session, Func<KioskProcess, Task> work, CancellationToken stop, string? decoder = null,
        IReceptionLink? given = null) =>
        RunAsync(KioskPlan.For(config, session), decoder, work, given, stop);

    /// <summary>The mutual-TLS link; wrong files are named at once.</summary>
    internal static GrpcReceptionLink Link(ReceptionConfig config, TimeProvider time) =>
        GrpcReceptionLink.Open(KioskPlan.LinkFor(config), time);

    private static async Task RunAsync(
        KioskPlan plan, string? decoder, Func<KioskProcess, Task> work, IReceptionLink? given, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        LossCount loss = new();
        using ILoggerFactory logs = LogSetup.ToConsole(quiet: false, loss);
        using VisitJournal journal = VisitJournal.Open(plan.Journal, time);
        using SealedOutbox? box = plan.Outbox is { } kept ? SealedOutbox.Open(kept.File, kept.Key, time) : null;
        GrpcReceptionLink? bare = given is null ? GrpcReceptionLink.Open(plan.Link, time) : null;
        await using IReceptionLink link = bare is null ? given! : box is null ? bare : new OutboxLink(bare, box, time);
        TrustFiles trust = CardTrustFolder.Read(plan.Trust);
        if (trust.NotUsed.Count > 0) logs.CreateLogger("CardTrust").TrustNotUsed($"{plan.Trust}: {string.Join(", ", trust.NotUsed)}");
        await using ICardReader reader = new PcscCardReader(new PcscCardReaderOptions(plan.Reader, trust.Trust), new NativePcsc(), time);
        using CardPictures pictures = new(CardPicturesOptions.ForProgram(typeof(ConfiguredKiosk).Assembly.Location, decoder), time);
        string? noOpenCv = OpenCvLibrary.WhyMissing();
        if (noOpenCv is null) pictures.Start();
        else logs.CreateLogger("OpenCV").ServesByPin(noOpenCv);
        SensorReadings readings = new();
        CameraFinder finder = plan.CameraFinder();
        // Read now: a wrong file is named at the start, not at the first patient.
        LightLimits? limits = plan.Face.Light is { } file ? LightLimitsFile.Read(file) : null;
        FaceLight? light = limits is null ? null : new() { Lux = () => readings.Lux };
        await using ReloadingFaceCheck face =
            new(
                () => noOpenCv is null ? Face(plan.Face, limits, light, finder, pictures, readings, time)
                    : throw new FailureException(Failure.FaceLibraryMissing, noOpenCv),
                new DeviceFilePresence(plan.Face.Camera, finder), time);
        face.Start();
        using PrintedNumberCamera? tray = plan.TrayCamera is null ? null : new(FileCamera.At(plan.TrayCamera, time), time);
        VisitDevices devices = new(reader, tray as IPrintedNumberReader ?? new NoPrintedNumber(), face, link, journal,
            noOpenCv is null ? pictures.NamePng : null);
        await using KioskProcess kiosk = await KioskProcess.StartAsync(devices, face, face, plan.Face.IsOffered, plan.Ui, time, logs, stop,
            new BoardSetup(plan.Devices, new LinuxBoard(time), new TamperLatch(plan.TamperLatch), readings, light),
            plan.Face.HeadTurn,
            OperatingSystem.IsLinux() ? new PanelParts(plan.Display, plan.Touch) : null);
        if (plan.Ticket is { } ticket)
            kiosk.Host.PrintTickets(
                new EscPosPrinter(ticket.Printer, time), ticket.Wait, () => kiosk.Ui?.Port.Current.Display.Language ?? "ja");
        if (plan.Keypad is not null)
        {
            ILogger log = logs.CreateLogger("Keypad");
            _ = new KeypadInput(kiosk.Ui!.Port).FollowAsync(new EvdevKeypad(plan.Keypad).WatchAsync(log.Keypad, stop), stop);
        }
        ILogger told = logs.CreateLogger("Log");
        loss.Changed += lost => TellLoss(lost, kiosk.Host.Health, told);
        if (loss.IsLosing) TellLoss(loss, kiosk.Host.Health, told);
        FollowDecoder(pictures, kiosk.Host.Health, logs.CreateLogger("Pictures"));
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

    /// <summary>Shows on the health page, at the desk and in the log whether the decoder of card pictures answers, and what the system
    /// does not give to confine it.</summary>
    internal static void FollowDecoder(CardPictures pictures, HealthBoard health, ILogger log)
    {
        pictures.IsAnsweringChanged += TellDecoder;
        if (!pictures.IsAnswering) TellDecoder(answers: false);
        _ = TellNotConfinedAsync(pictures, health, log);

        void TellDecoder(bool answers)
        {
            if (answers)
            {
                SetConfined(pictures, health);
                log.DecoderBack();
            }
            else
            {
                health.Set("decoder", Failure.DecoderMissing);
                log.DecoderMissing();
            }
        }
    }

    private static async Task TellNotConfinedAsync(CardPictures pictures, HealthBoard health, ILogger log)
    {
        string reason = await pictures.NotConfined;
        SetConfined(pictures, health);
        log.DecoderNotConfined(reason);
    }

    private static void SetConfined(CardPictures pictures, HealthBoard health)
    {
        string? without = pictures.NotConfined is { IsCompletedSuccessfully: true } told ? told.Result : null;
        health.Set("decoder", without is null ? null : Failure.DecoderNotConfined, $"without {without}");
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
