using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;
using Kiosk.Devices.Buses;
using Kiosk.Devices.Camera;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Bench;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.Keypad;
using Kiosk.Devices.Presence;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Benches;

/// <summary>A camera under test.</summary>
/// <param name="Plug">Takes its cable out and in; null: not possible here.</param>
internal sealed record CameraUnderTest(ICamera Camera, DeviceFacts Facts, ICableSwitch? Plug);

/// <summary>A card reader under test.</summary>
/// <param name="Hand">Lays the cards down.</param>
/// <param name="Pattern">Its name in PC/SC.</param>
internal sealed record ReaderUnderTest(ICardReader Reader, ReaderPattern Pattern, DeviceFacts Facts, ICardPlacer Hand, ICableSwitch? Plug);

/// <summary>Opens the devices of a desk: the real ones here, the simulated ones by whoever brings them (kiosk-lab).</summary>
internal sealed class BenchDesk : IAsyncDisposable
{
    public const string SimulatedDriver = "simulated";

    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly ISimulatedDevices? _simulated;
    private readonly LinuxBoard _board = new(TimeProvider.System);

    private BenchDesk(DeskFile file, ISimulatedDevices? simulated)
    {
        (File, _simulated) = (file, simulated);
        if (simulated is not null) _owned.Push(simulated);
    }

    public DeskFile File { get; }

    /// <param name="path">
    /// The bench file; null: <c>hardware/bench.json</c> here or above, else the simulated desk where there is one.
    /// </param>
    /// <param name="simulated">Opens devices with driver "simulated"; disposed with the desk. Null: there are none.</param>
    /// <exception cref="FailureException">ConfigBroken.</exception>
    public static BenchDesk Open(string? path, ISimulatedDevices? simulated)
    {
        path ??= Above("hardware/bench.json");
        if (path is null && simulated is null)
            throw new FailureException(Failure.ConfigBroken, "no bench file: give one with --desk; hardware/bench.example.json is a model");
        return new BenchDesk(path is null ? DeskFile.Simulated : DeskFile.Load(path), simulated);
    }

    /// <summary>The desk's first device of the class. On the simulated desk there is one of each.</summary>
    /// <exception cref="FailureException">ConfigBroken: the bench file names none.</exception>
    public DeviceEntry Need(string deviceClass) => Find(deviceClass)
        ?? throw new FailureException(Failure.ConfigBroken, $"{File.Name}: no {deviceClass} on this desk; name it in the bench file");

    public DeviceEntry? Find(string deviceClass) => ReferenceEquals(File, DeskFile.Simulated)
        ? new DeviceEntry(deviceClass, SimulatedDriver)
        : File.Devices.FirstOrDefault(d => d.Class == deviceClass);

    public CameraUnderTest Camera(string deviceClass)
    {
        DeviceEntry entry = Need(deviceClass);
        if (entry.Driver == SimulatedDriver) return Simulators().Camera(entry);
        CameraFinder finder = new(entry.Address);
        // A camera that is missing is told when the bench opens it.
        string node = OperatingSystem.IsLinux() && finder.Look() is null ? finder.Find() : entry.Address;
        UsbFacts? usb = OperatingSystem.IsLinux() && System.IO.File.Exists(node) ? UsbFacts.ForVideoNode(node) : null;
        DeviceFacts facts = Facts(entry, "v4l2", node, usb is { Product.Length: > 0 } ? $"{usb.Maker} {usb.Product}".Trim()
            : OperatingSystem.IsLinux() && System.IO.File.Exists(node) ? UsbFacts.VideoName(node) : node, usb);
        return new CameraUnderTest(new OpenCvCamera(entry.Address, TimeProvider.System, finder), facts, UsbCableSwitch.For(usb));
    }

    /// <param name="deviceClass">contactless-reader or contact-reader.</param>
    public async Task<ReaderUnderTest> ReaderAsync(string deviceClass, CancellationToken stop)
    {
        DeviceEntry entry = Need(deviceClass);
        if (entry.Driver == SimulatedDriver) return await Simulators().ReaderAsync(entry, stop);
        ReaderPattern pattern = ReaderPattern.ForName(entry.Address);
        UsbFacts? usb = OperatingSystem.IsLinux() && UsbFacts.WithInterface(0x0B) is [UsbFacts only] ? only : null;
        PcscCardReader reader = Own(
            new PcscCardReader(new PcscCardReaderOptions(pattern, File.Trust.Length == 0 ? new CardTrust([], [])
            : CardTrustFolder.Load(File.Trust)), new NativePcsc(), TimeProvider.System));
        string found = ApduProbe.ReaderName(pattern, new NativePcsc())
            ?? throw new FailureException(Failure.ReaderMissing, pattern.Pattern);
        ICardPlacer hand = Environment.GetEnvironmentVariable("KIOSK_CARD_HAND") is { Length: > 0 } address
            ? Own(await RemoteCardPlacer.ConnectAsync(address, stop)) : new AskedPerson();
        return new ReaderUnderTest(reader, pattern, Facts(entry, "pcsc", found, found, usb), hand, hand as ICableSwitch
            ?? UsbCableSwitch.For(usb));
    }

    /// <summary>Opens the entry on the machine's own buses, or in the simulators.</summary>
    public IBoard Board(DeviceEntry entry) => IsSimulated(entry) ? Simulators().Board : _board;

    public static bool IsSimulated(DeviceEntry entry) => entry.Driver == SimulatedDriver;

    /// <summary>A board device as the report names it.</summary>
    public static DeviceFacts FactsOf(DeviceEntry entry) => new(
        entry.Class, entry.Driver.Length > 0 ? entry.Driver : DeviceProfile.ForClass(entry.Class).Drivers[0], entry.Address,
        entry.Model.Length > 0 ? entry.Model : IsSimulated(entry) ? "simulated board"
        : entry.Address, entry.Model, entry.Serial, "", IsSimulated(entry));

    /// <summary>The line of the tamper switch or the presence sensor, with the means to change it. A person stands before a distance
    /// sensor.</summary>
    public LineUnderTest Line(DeviceEntry entry, TimeProvider time)
    {
        if (IsSimulated(entry)) return Simulators().Line(entry, time);
        if (!DeviceProfile.IsOnGpio(entry))
        {
            IPresence sensor = _board.Presence(entry);
            LineUnderTest place = new(sensor, () => sensor.IsSomebodyThere, (_, _) => Task.FromResult(false), time);
            sensor.Changed += place.Changed;
            return place;
        }

        (System.Device.Gpio.GpioController controller, int number) = BoardAddress.Gpio(entry.Address);
        GpioInput input = new(controller, number, entry.ActiveLow,
            TimeSpan.FromMilliseconds(entry.Class == DeviceClass.Tamper ? 30 : 50), time);
        LineUnderTest line = new(input, () => input.IsActive, async (active, stop) =>
        {
            if (entry.Stimulus.Length == 0) return false;
            await System.IO.File.WriteAllTextAsync(entry.Stimulus, active != entry.ActiveLow ? "pull-up" : "pull-down", stop);
            return true;
        }, time);
        input.Changed += line.Changed;
        return line;
    }

    public async Task<KeypadUnderTest> KeypadAsync(CancellationToken stop)
    {
        DeviceEntry entry = Need(DeviceClass.Keypad);
        return IsSimulated(entry) ? await Simulators()
            .KeypadAsync(entry, stop) : new KeypadUnderTest(FactsOf(entry), new EvdevKeypad(entry.Address), null);
    }

    /// <exception cref="FailureException">ConfigBroken: the address is none.</exception>
    public PrinterUnderTest Printer()
    {
        DeviceEntry entry = Need(DeviceClass.TicketPrinter);
        if (IsSimulated(entry)) return Simulators().Printer(entry);
        PrinterAddress address = PrinterAddress.Parse(entry.Address)
            ?? throw new FailureException(Failure.ConfigBroken, $"{File.Name}: address of {entry.Class}: {PrinterAddress.Rule}");
        return new PrinterUnderTest(FactsOf(entry), new EscPosPrinter(address, TimeProvider.System), null);
    }

    private ISimulatedDevices Simulators() =>
        _simulated ?? throw new FailureException(Failure.ConfigBroken, "driver \"simulated\": only kiosk-lab has simulators");

    private static DeviceFacts Facts(DeviceEntry entry, string driver, string address, string found, UsbFacts? usb) => new(
        entry.Class, driver, address, found, entry.Model, entry.Serial.Length > 0 ? entry.Serial : usb?.Serial ?? "", usb?.Release
        ?? "", Simulated: false);

    private T Own<T>(T part) where T : IAsyncDisposable
    {
        _owned.Push(part);
        return part;
    }

    private static string? Above(string relative)
    {
        for (DirectoryInfo? at = new(Environment.CurrentDirectory); at is not null; at = at.Parent)
            if (System.IO.File.Exists(Path.Combine(at.FullName, relative))) return Path.Combine(at.FullName, relative);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? part)) await part.DisposeAsync();
    }
}

/// <summary>Devices that are simulated, made when first asked for.</summary>
internal interface ISimulatedDevices : IAsyncDisposable
{
    CameraUnderTest Camera(DeviceEntry entry);

    Task<ReaderUnderTest> ReaderAsync(DeviceEntry entry, CancellationToken stop);

    IBoard Board { get; }

    LineUnderTest Line(DeviceEntry entry, TimeProvider time);

    Task<KeypadUnderTest> KeypadAsync(DeviceEntry entry, CancellationToken stop);

    PrinterUnderTest Printer(DeviceEntry entry);
}
