using System.IO.Pipes;
using System.Text;
using Kiosk.App.Benches;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.Board;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Devices.Keypad;
using Kiosk.Devices.TicketPrinter;
using Kiosk.Simulators.Board;
using Kiosk.Simulators.Camera;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Keypad;
using Kiosk.Simulators.TicketPrinter;

namespace Kiosk.Lab.Desk;

/// <summary>Simulated devices, which the benches measure if no real devices are connected.</summary>
internal sealed class SimulatedDevices : ISimulatedDevices
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly SimulatedBoard _board = new();
    private SimulatedPeople? _people;

    public IBoard Board => _board;

    public LineUnderTest Line(DeviceEntry entry, TimeProvider time)
    {
        bool isTamper = entry.Class == DeviceClass.Tamper;
        LineUnderTest line = new(isTamper ? _board.TheCase : _board.ThePresence, () => isTamper ? _board.TheCase.IsOpen
            : _board.ThePresence.IsSomebodyThere, (active, _) =>
        {
            if (isTamper) _board.TheCase.Set(active);
            else _board.ThePresence.Set(active);
            return Task.FromResult(true);
        }, time);
        if (isTamper) _board.TheCase.Changed += line.Changed;
        else _board.ThePresence.Changed += line.Changed;
        return line;
    }

    public CameraUnderTest Camera(DeviceEntry entry)
    {
        _people ??= new SimulatedPeople();
        SimulatedCamera camera = new(_people, TimeProvider.System) { Person = _people.Available ? Person.Holder : Person.Nobody };
        return new CameraUnderTest(camera, Facts(entry, camera.Name), new CameraPlug(camera));
    }

    public async Task<ReaderUnderTest> ReaderAsync(DeviceEntry entry, CancellationToken stop)
    {
        DateOnly today = JapanTime.DateOf(TimeProvider.System.GetUtcNow());
        string rate = entry.Class == DeviceClass.ContactReader ? "contact" : "424";
        VirtualCardDesk desk;
        try
        {
            desk = await VirtualCardDesk.StartAsync(
                new PrivatePcscdOptions(PrivatePcscdOptions.CommandOf(LabFiles.Lab), today, rate), TimeProvider.System, stop);
        }
        catch (InvalidOperationException missing)
        {
            throw new FailureException(Failure.ReaderServiceDown, $"the simulated desk's private pcscd: {missing.Message}", missing);
        }
        _owned.Push(desk);
        ReaderPattern pattern = new(VirtualCardDesk.ReaderPattern);
        PcscCardReader reader = new(new PcscCardReaderOptions(pattern, desk.Trust), new NativePcsc(), TimeProvider.System);
        _owned.Push(reader);
        return new ReaderUnderTest(reader, pattern, Facts(entry, "Debian's virtual reader (vpcd) in a private pcscd"),
            new CardHand(desk, entry.Class), new ReaderPlug(desk));
    }

    /// <summary>A keypad by the kernel's uinput if available, else by a pipe with the same bytes.</summary>
    public async Task<KeypadUnderTest> KeypadAsync(DeviceEntry entry, CancellationToken stop)
    {
        if (File.Exists("/dev/uinput") && Environment.IsPrivilegedProcess)
        {
            UinputKeypad keypad = new();
            _owned.Push(new DisposeAction(keypad));
            string node = await UinputKeypad.NodeAsync(stop);
            return new KeypadUnderTest(
                Facts(entry, $"uinput keypad at {node}"), new EvdevKeypad(node), (code, _) =>
                {
                    keypad.Press(code);
                    return Task.CompletedTask;
                });
        }

        AnonymousPipeServerStream presses = new(PipeDirection.Out);
        _owned.Push(presses);
        return new KeypadUnderTest(Facts(entry, "pipe of input events (this machine has no /dev/uinput)"),
            new EvdevKeypad($"/proc/self/fd/{presses.ClientSafePipeHandle.DangerousGetHandle()}", grab: false), async (code, token) =>
        {
            byte[] events = new byte[48];
            UinputKeypad.Event(events, 1, code, 1);
            UinputKeypad.Event(events.AsSpan(24), 1, code, 0);
            await presses.WriteAsync(events, token);
        });
    }

    public PrinterUnderTest Printer(DeviceEntry entry)
    {
        SimulatedTicketPrinter printer = new();
        _owned.Push(printer);
        return new PrinterUnderTest(Facts(entry, "simulated ESC/POS printer"),
            new EscPosPrinter(PrinterAddress.Parse(printer.Address)!, TimeProvider.System), open => printer.IsCoverOpen = open);
    }

    private sealed class DisposeAction(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private static DeviceFacts Facts(DeviceEntry entry, string found) =>
        new(entry.Class, BenchDesk.SimulatedDriver, "", found, entry.Model, entry.Serial, "", Simulated: true);

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? part)) await part.DisposeAsync();
        _people?.Dispose();
        _board.Dispose();
    }

    private sealed class CameraPlug(SimulatedCamera camera) : ICableSwitch
    {
        public Task UnplugAsync(CancellationToken stop)
        {
            camera.Unplugged = true;
            return Task.CompletedTask;
        }

        public Task PlugInAsync(CancellationToken stop)
        {
            camera.Unplugged = false;
            return Task.CompletedTask;
        }
    }

    private sealed class ReaderPlug(VirtualCardDesk desk) : ICableSwitch
    {
        public Task UnplugAsync(CancellationToken stop) => desk.SetReaderAsync(false, stop);

        public Task PlugInAsync(CancellationToken stop) => desk.SetReaderAsync(true, stop);
    }

    private sealed class CardHand(VirtualCardDesk desk, string deviceClass) : ICardPlacer
    {
        public bool IsExact => true;

        public IReadOnlyList<string> Cards { get; } = ["standard", "android", "licence"];

        public IReadOnlyList<string> Rates { get; } = deviceClass == DeviceClass.ContactReader ? ["contact"] : ["106", "212", "424"];

        public Task LayAsync(string card, CancellationToken stop) => desk.InsertAsync(card, stop);

        public Task TakeAsync(CancellationToken stop) => desk.PullAsync(stop);

        public Task SetRateAsync(string rate, CancellationToken stop) => desk.SetRateAsync(rate, stop);

        public async Task<double?> ModelledTimeAsync(CancellationToken stop) => (await desk.StatsAsync(stop)).PhysicalTime;

        public Secret? NumberOf(string card)
        {
            if (desk.NumberOf(card) is not string number) return null;
            Secret secret = new(number.Length);
            Encoding.ASCII.GetBytes(number, secret.Fill(number.Length));
            return secret;
        }
    }
}
