using System.Net;
using Kiosk.App.Benches;
using Kiosk.App.Board;
using Kiosk.App.Commands;
using Kiosk.App.Commissioning;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.App.Logging;
using Kiosk.App.PageServer;
using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.Journal;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Reception;
using Kiosk.Devices.Tamper;
using Kiosk.Simulators.Board;
using Kiosk.Simulators.Camera;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Lab.Desk;

internal sealed record SimulatedDeskOptions
{
    /// <summary>Speed of the card, kbit/s Type B: 106, 212, 424; 0 = without any delay.</summary>
    public int BitRate { get; init; } = 424;

    /// <summary>Ports of the patient's screen and of the reception's page. Null: no screen, and any port for the reception.</summary>
    public DeskPorts? Ports { get; init; }

    /// <summary>The site is a pharmacy; else a clinic.</summary>
    public bool Pharmacy { get; init; }
}

/// <summary>
/// A whole kiosk without hardware: a private pcscd with virtual reader and card, a simulated camera with people in front of it, and a
/// reception terminal with a CA made for this run. All other parts of the kiosk are those of the product.
/// </summary>
internal sealed class SimulatedDesk : ISimulatorDesk, ICameraPresence, IAsyncDisposable
{
    private const string KioskId = "desk";

    private readonly Stack<IAsyncDisposable> _owned = new();
#pragma warning disable CA2213 // All of them are on the stack and are disposed in reverse order.
    private VirtualCardDesk _cards = null!;
    private SimulatedCamera _camera = null!;
    private SimulatedCable _cable = null!;
    private ReceptionChild _reception = null!;
    private ReloadingFaceCheck _face = null!;
    private KioskProcess _kiosk = null!;
    private VisitJournal _journal = null!;
    private readonly SimulatedBoard _board = new();
#pragma warning restore CA2213
    private readonly SensorReadings _readings = new();
    private string _folder = "";
    private bool _reader = true;

    public TimeProvider Time { get; } = TimeProvider.System;

    public KioskHost Host => _kiosk.Host;

    /// <summary>Address of the screen, with a token that admits one browser.</summary>
    public Uri? Screen => _kiosk.Ui?.Url;

    public ILoggerFactory Logs { get; private set; } = null!;

    /// <summary>Address of the reception's page that signs in the next browser.</summary>
    public Uri ReceptionPage => _reception.Page;

    /// <summary>A browser has signed in at the reception: the address for the next one.</summary>
    public event Action<Uri>? NextReceptionPage;

    /// <summary>Folder where the reception writes face results for a レセコン.</summary>
    public string FaceFiles => Path.Combine(_reception.Folder, "OQS", "Face");

    public string FaceEngine => _face.Engine.Id;

    /// <summary>Source of the pictures of people, or the reason why there are none.</summary>
    public string FacesFrom { get; private set; } = "";

    /// <summary>How much later than usual the person turns the head when asked.</summary>
    public TimeSpan TurnsLate
    {
        set => _camera.Late = value;
    }

    /// <summary>The person's own time to turn the head, from the request.</summary>
    public TimeSpan TurnTime => _camera.TurnTime;

    /// <summary>Starts all parts and reports each step. An exception names what is missing.</summary>
    public static async Task<SimulatedDesk> StartAsync(SimulatedDeskOptions options, Action<string> progress, CancellationToken stop)
    {
        SimulatedDesk desk = new();
        try
        {
            await desk.SetUpAsync(options, progress, stop);
            return desk;
        }
        catch
        {
            await desk.DisposeAsync();
            throw;
        }
    }

    private async Task SetUpAsync(SimulatedDeskOptions options, Action<string> progress, CancellationToken stop)
    {
        ILoggerFactory logs = LogSetup.ToConsole(quiet: options.Ports is null);
        _owned.Push(new DisposeAction(logs.Dispose));
        Logs = logs;
        string folder = Directory.CreateTempSubdirectory("kiosk-desk-").FullName;
        _folder = folder;
        _owned.Push(new DisposeAction(() => Directory.Delete(folder, recursive: true)));

        progress("face models");
        ModelStore models = new();
        SimulatedPeople people = new(models);
        _owned.Push(new DisposeAction(people.Dispose));
        FacesFrom = !people.Available ? people.Reason : "KIOSK_FACES, the shared face pictures or the pinned packages; "
            + (people.TwoPhotographs ? "card and camera have two photographs" : "card and camera have the same photograph");
        _camera = new SimulatedCamera(people, Time);
        CardPictures pictures = new(CardPicturesOptions.ForProgram(LabFiles.Kiosk), Time);
        _owned.Push(new DisposeAction(pictures.Dispose));
        pictures.Start();
        _face = Own(new ReloadingFaceCheck(
            () => new FaceCheck(_camera, new FaceCheckOptions(), Time, models) { Guided = _camera.ShowGuidance, Pictures = pictures },
            this, Time));
        _face.Start();

        progress("card reader: a private pcscd");
        DateOnly today = JapanTime.DateOf(Time.GetUtcNow());
        _cards = Own(await VirtualCardDesk.StartAsync(
            new PrivatePcscdOptions(PrivatePcscdOptions.CommandOf(LabFiles.Lab), today, options.BitRate == 0 ? "none"
                : $"{options.BitRate}", people.Available ? people.CardPhotoJp2 : null), Time, stop));

        progress("reception terminal");
        _cards.WriteInstitutionTo(Path.Combine(folder, ReceptionChild.InstitutionFolder));
        _cards.WriteTrustTo(folder);
        _reception = Own(await ReceptionChild.StartAsync(folder, KioskId, _cards.JpkiCas, options.Ports?.Reception ?? 0,
            options.Pharmacy, stop));
        _reception.NextPage += page => NextReceptionPage?.Invoke(page);
        _cable = Own(new SimulatedCable(new IPEndPoint(IPAddress.Loopback, _reception.LinkPort)));
        GrpcReceptionLink link = Own(ConfiguredKiosk.Link(
            new ReceptionConfig($"https://localhost:{_cable.Port}", Path.Combine(folder, "ca.pem"),
                Path.Combine(folder, $"kiosk-{KioskId}.pem"), Path.Combine(folder, $"kiosk-{KioskId}.key")), Time));

        progress("kiosk");
        PcscCardReader reader = Own(
            new PcscCardReader(new PcscCardReaderOptions(new ReaderPattern(VirtualCardDesk.ReaderPattern), _cards.Trust), new NativePcsc(),
            Time));
        _journal = VisitJournal.Open(Path.Combine(folder, "kiosk.journal"), Time);
        _owned.Push(new DisposeAction(_journal.Dispose));
        VisitDevices devices = new(reader, _cards.PrintedNumber, _face, link, _journal, pictures.NamePng);
        UiOptions? ui = options.Ports is { } ports
            ? new UiOptions(
                ports.Screen, Voices: Path.Combine(Environment.CurrentDirectory, "artifacts", "voices"), ManyBrowsers: true,
                PortSetting: "--port")
            : null;
        _owned.Push(new DisposeAction(_board.Dispose));
        BoardSetup board = new(SimulatedBoard.Entries, _board, new TamperLatch(Path.Combine(folder, "tamper.latch")), _readings);
        _kiosk = Own(await KioskProcess.StartAsync(devices, _face, _face, faceOffered: true, ui, Time, logs, stop, board));
        _kiosk.WatchScreen();
        await _face.LoadedAsync(stop);
    }

    /// <summary>The parts of this desk, for self-test and commissioning.</summary>
    public SelfTestParts SelfTestParts => new(
        KioskId, new Uri($"https://localhost:{_cable.Port}"), Path.Combine(_folder, $"kiosk-{KioskId}.pem"),
            Path.Combine(_folder, $"kiosk-{KioskId}.key"),
        () => "模擬の発行者", () => FaceEngine == "none" ? throw new FailureException(Failure.ModelMissing, "./dev models build") : FaceEngine,
        () => TechnicianCommands.ReaderName(new ReaderPattern(VirtualCardDesk.ReaderPattern)), _camera, LinkedAsync, _folder,
        [.. SimulatedBoard.Entries.Select(e => e with { Driver = BenchDesk.SimulatedDriver })], _board)
    {
        Simulated = true,
    };

    private async Task<string> LinkedAsync(CancellationToken stop)
    {
        VisitView view = Host.Loop.Current;
        while (view.State.Station.Link is not null) view = await Host.Loop.NextAsync(view, stop);
        return "相互 TLS";
    }

    /// <summary>Waits until the kiosk is ready for the next patient.</summary>
    public async Task ReadyAsync(CancellationToken stop)
    {
        VisitView view = Host.Loop.Current;
        while (view.State is not S.Idle) view = await Host.Loop.NextAsync(view, stop);
    }

    /// <summary>Use of the card on the reader since it was laid down.</summary>
    public async Task<CardUse> CardUseAsync(CancellationToken stop)
    {
        CardStatistics now = await _cards.StatsAsync(stop);
        return new CardUse(now.PhysicalTime, now.Apdus, now.Bytes, now.VerifyCount, now.GoneAt is long ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
    }

    /// <summary>Check-ins for which the kiosk has no receipt.</summary>
    public int PendingCheckIns => _journal.Pending().Count;

    public static string PinOf(string card) => VirtualCards.Pin(card) ?? "0000";

    public DeskState State => new(
        [.. VirtualCards.All.Select(c => (c.Name, c.What))], _cards.Inserted,
        Persons, Named(_camera.Person), _reader, !_camera.Unplugged, _cable.Plugged, Hints(), Board())
    {
        Centre = CentreChoices.All(_reception.Centre),
    };

    private BoardView Board()
    {
        (byte red, byte green, byte blue) = _board.TheLight.Shown;
        // The eye perceives the brightness of an LED about as the square root of its current.
        string light = string.Concat(((byte[])[red, green, blue])
            .Select(v => ((int)Math.Sqrt(v * 255.0)).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        string tones = string.Join(' ', _board.TheSounder.Last.Where(n => n.Hertz > 0).Select(n => $"{n.Hertz} Hz"));
        return new BoardView($"#{light}", tones, _board.ThePresence.IsSomebodyThere, !_board.TheCase.IsOpen,
            (int)Math.Round(100 * (_readings.Screen ?? 1)));
    }

    private static IReadOnlyList<(string Name, string What)> Persons { get; } =
    [
        ("holder", "カードの本人（別の写真）"),
        ("other", "別の人"),
        ("nobody", "だれもいない"),
        ("two", "二人"),
        ("print", "本人の顔を印刷した紙"),
        ("screen", "本人の動画を映したタブレット"),
    ];

    private static string Named(Person person) => Persons[(int)person].Name;

    public (Failure? Why, string Detail) Look() => _camera.Unplugged ? (Failure.CameraMissing, _camera.Name) : (null, "");

    private List<string> Hints()
    {
        List<string> hints = [$"職員用の番号 {ReceptionChild.StaffCode}", $"顔の写真: {FacesFrom}", $"顔認証エンジン: {FaceEngine}"];
        if (_cards.Inserted is string card && VirtualCards.Pin(card) is string pin) hints.Insert(0, $"{card} の暗証番号 {pin}");
        return hints;
    }

    public Task InsertAsync(string card, CancellationToken stop) => InsertAsync(card, "", stop);

    /// <param name="fault">See <see cref="CardFaults.Words"/>; empty: only the card's own fault, if any.</param>
    public async Task InsertAsync(string card, string fault, CancellationToken stop)
    {
        if (_cards.Inserted is not null) await PullAsync(stop);
        await _cards.InsertAsync(card, stop, fault);
    }

    public Task PullAsync(CancellationToken stop) => _cards.PullAsync(stop);

    public Task StandAsync(string person, CancellationToken stop)
    {
        _camera.Person = Enum.Parse<Person>(person, ignoreCase: true);
        return Task.CompletedTask;
    }

    public Task OrderCentreAsync(string choice, CancellationToken stop)
    {
        OrderCentre(CentreChoices.With(_reception.Centre, choice));
        return Task.CompletedTask;
    }

    /// <summary>From the next question on.</summary>
    public void OrderCentre(Simulators.Centre.CentreOrder order) => _reception.OrderCentre(order);

    public async Task PlugAsync(string part, bool pluggedIn, CancellationToken stop)
    {
        switch (part)
        {
            case "reader":
                await _cards.SetReaderAsync(pluggedIn, stop);
                _reader = pluggedIn;
                break;
            case "camera":
                _camera.Unplugged = !pluggedIn;
                break;
            case "presence":
                _board.ThePresence.Set(pluggedIn);
                break;
            case "case":
                _board.TheCase.Set(!pluggedIn);
                break;
            case "network":
                if (pluggedIn) _cable.Plug();
                else _cable.Unplug();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(part), part, "reader, camera, network, presence or case");
        }
    }

    private T Own<T>(T part) where T : IAsyncDisposable
    {
        _owned.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? part)) await part.DisposeAsync();
    }
}
