using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// The operating system of a card: applications, files, PINs, keys and status words as in src/Kiosk.Core/Cards/README.md. Retry
/// counters are kept as long as the object. Commands are processed one at a time.
/// </summary>
public sealed class VirtualCard
{
    private readonly Dictionary<string, CardApplication> _applications;
    private readonly ConcurrentQueue<string> _selected = new();
    private readonly ConcurrentDictionary<string, int> _verifies = new(StringComparer.Ordinal);
    private CardApplication? _application;
    private string _aid = "";
    private int _file;
    private bool _isFresh;

    internal VirtualCard(string name, byte[] atr, Dictionary<string, CardApplication> applications, CardFaults faults)
    {
        Name = name;
        Atr = atr;
        _applications = applications;
        OwnFaults = Faults = faults;
    }

    public string Name { get; }

    public byte[] Atr { get; }

    /// <summary>照合番号B as printed; null: nothing is printed.</summary>
    public string? PrintedNumber { get; internal init; }

    /// <summary>True: the first command after power-on is answered with 6F00.</summary>
    public bool FailsFirst { get; internal init; }

    public CardFaults Faults { get; set; }

    /// <summary>Faults of the card's JSON file. They are active when the card is inserted.</summary>
    public CardFaults OwnFaults { get; }

    /// <summary>Number of VERIFY commands with digits since the card was made.</summary>
    public int VerifyCount => _verifies.Values.Sum();

    /// <summary>The same, counted for each PIN; keys are AID/id.</summary>
    public IReadOnlyDictionary<string, int> Verifies => _verifies;

    /// <summary>A PIN or 照合番号B was verified, and the card has had power since then.</summary>
    public bool IsOpen => _applications.Values.Any(a => a.Pins.Values.Any(p => p.IsVerified));

    /// <summary>
    /// Every file that was selected or read by short id, as AID/id, in order. Tests check that certain files are never read.
    /// </summary>
    public IReadOnlyCollection<string> SelectedFiles => _selected;

    /// <summary>Power loss: nothing is verified or selected afterwards.</summary>
    public void PowerOff()
    {
        Reset();
        foreach (CardApplication application in _applications.Values) application.Institution?.Forget();
        foreach (CardPin pin in _applications.Values.SelectMany(a => a.Pins.Values)) pin.IsVerified = false;
    }

    public void PowerOn()
    {
        PowerOff();
        _isFresh = FailsFirst;
    }

    /// <summary>Warm reset: a verified PIN stays verified, as reported of real cards (soltia <c>transport/pcsc.rs</c>).</summary>
    public void Reset()
    {
        _application = null;
        _file = 0;
    }

    /// <returns>Data and status word.</returns>
    public byte[] Process(ReadOnlyMemory<byte> apdu)
    {
        if (ParsedCommand.Parse(apdu) is not { } command) return Status(0x6700);
        if (_isFresh)
        {
            _isFresh = false;
            return Status(0x6F00);
        }

        return (command.Cla, command.Ins) switch
        {
            (0x00, 0xA4) when command.P1 == 4 => SelectApplication(command),
            (0x00, 0xA4) when command.P1 == 2 => SelectFile(command),
            (0x00, 0xA4) => Status(0x6A86),
            (0x00, 0x20) => Verify(command),
            (0x00, 0xB0) => ReadBinary(command),
            (0x00, 0xB2) => ReadRecord(command),
            (0x00, 0x84) => Challenge(command),
            (0x80, 0xA2) => _application?.Institution is { } institution && _file == 0x16 ? Status(institution.Take(command))
                : Status(0x6986),
            (0x80, 0x2A) => Sign(command),
            (0x00 or 0x80, _) => Status(0x6D00),
            _ => Status(0x6E00),
        };
    }

    private byte[] Challenge(ParsedCommand command)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(command.Le is > 0 and <= 256 ? command.Le : 16);
        _application?.Institution?.Challenged(nonce);
        return [.. nonce, 0x90, 0x00];
    }

    private byte[] SelectApplication(ParsedCommand command)
    {
        string aid = Convert.ToHexString(command.Data.Span);
        if (!_applications.TryGetValue(aid, out CardApplication? found)) return Status(0x6A82);
        (_application, _aid, _file) = (found, aid, 0);
        return Status(0x9000);
    }

    private byte[] SelectFile(ParsedCommand command)
    {
        if (command.Data.Length != 2) return Status(0x6700);
        int id = BinaryPrimitives.ReadUInt16BigEndian(command.Data.Span);
        _selected.Enqueue($"{_aid}/{id:X4}");
        if (_application?.Has(id) != true) return Status(0x6A82);
        _file = id;
        return Status(0x9000);
    }

    private byte[] Verify(ParsedCommand command)
    {
        if (_application is null) return Status(0x6986);
        int id = Reference(command.P2, _file);
        if (command.Data.Length > 0) _verifies.AddOrUpdate($"{_aid}/{id:X4}", 1, (_, n) => n + 1);
        if (!_application.Pins.TryGetValue(id, out CardPin? pin)) return Status(0x6A88);
        return Status(command.Data.IsEmpty ? (ushort)(0x63C0 | pin.Left) : pin.Verify(command.Data.Span));
    }

    private byte[] ReadBinary(ParsedCommand command)
    {
        if (_application is null) return Status(0x6986);
        int offset = BinaryPrimitives.ReadUInt16BigEndian([command.P1, command.P2]);
        if ((command.P1 & 0x80) != 0)
        {
            _file = command.P1 & 0x1F;
            _selected.Enqueue($"{_aid}/{_file:X4}");
            offset = command.P2;
        }

        if (!_application.Files.TryGetValue(_file, out byte[]? file))
            return Status(_application.Has(_file) ? (ushort)0x6981 : (ushort)0x6A82);
        if (!_application.Allows(_file)) return Status(0x6982);
        if (offset >= file.Length) return Status(0x6B00);
        int length = Math.Min(command.Le < 0 ? 256 : command.Le, file.Length - offset);
        return [.. file.AsSpan(offset, length), 0x90, 0x00];
    }

    /// <summary>Record 1 of the selected file is the whole file.</summary>
    private byte[] ReadRecord(ParsedCommand command)
    {
        if (_application is null) return Status(0x6986);
        if (command.P2 != 0x04) return Status(0x6A86);
        if (!_application.Files.TryGetValue(_file, out byte[]? file)) return Status(0x6A82);
        if (!_application.Allows(_file)) return Status(0x6982);
        return command.P1 == 1 ? [.. file, 0x90, 0x00] : Status(0x6A83);
    }

    private byte[] Sign(ParsedCommand command)
    {
        if (_application is null) return Status(0x6986);
        if (command.P1 != 0x00) return Status(0x6A86);
        int id = command.P2 == 0 ? _application.DefaultKey : Reference(command.P2, _file);
        if (!_application.Keys.TryGetValue(id, out SimulatedKey? key)) return Status(0x6A88);
        if (key.SignInput(command.Data.Span) is not { } signature) return Status(0x6700);
        if (!_application.Allows(id) && !(id == 0x17 && _application.Institution?.UseOnce() == true)) return Status(0x6982);
        return [.. signature, 0x90, 0x00];
    }

    /// <summary>P2: 80 = the selected file, 80|SFI = the file with that short id.</summary>
    private static int Reference(byte p2, int selected) => (p2 & 0x1F) == 0 ? selected : p2 & 0x1F;

    private static byte[] Status(ushort word) => [(byte)(word >> 8), (byte)word];
}
