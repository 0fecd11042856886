using System.Text;

namespace Kiosk.Simulators.TicketPrinter;

/// <summary>Reads the commands that a kiosk sends (Epson's public ESC/POS Command Reference) and gives the printer's answers.</summary>
/// <param name="printer">Its state; null: all is well.</param>
/// <param name="cut">Called for each ticket.</param>
/// <exception cref="InvalidDataException">A command that this printer does not know: a mistake of the kiosk.</exception>
internal sealed class EscPosReader(SimulatedTicketPrinter? printer, Action<PrintedTicket> cut)
{
    private const int DotsOfLetter = 12;

    private static readonly Encoding s_shiftJis = CodePagesEncodingProvider.Instance.GetEncoding(932)!;

    private readonly List<byte> _waiting = [], _line = [];
    private List<string> _lines = [], _codes = [];
    private string _stored = "";
    private int _width = 1, _widest;
    private bool _isKanji, _isStopped;

    /// <summary>The tickets in some bytes, without a connection.</summary>
    public static IReadOnlyList<PrintedTicket> Read(byte[] bytes)
    {
        List<PrintedTicket> tickets = [];
        new EscPosReader(null, tickets.Add).Take(bytes);
        return tickets;
    }

    /// <returns>The answers, in order.</returns>
    public byte[] Take(ReadOnlySpan<byte> bytes)
    {
        List<byte> answers = [];
        _waiting.AddRange(bytes);
        while (_waiting.Count > 0 && Step(answers) is > 0 and int taken) _waiting.RemoveRange(0, taken);
        return [.. answers];
    }

    /// <returns>Bytes of the command; 0: it has not come whole yet.</returns>
    private int Step(List<byte> answers)
    {
        int size = Size();
        if (size == 0 || size > _waiting.Count) return 0;
        byte[] command = [.. _waiting.Take(size)];
        if (command[0] == 0x10)
        {
            answers.Add(RealTime(command[2]));
            return size;
        }

        // Without paper nothing but the real-time questions is worked off.
        _isStopped |= printer is { IsPaperOut: true } or { IsCoverOpen: true };
        if (!_isStopped) Work(command, answers);
        return size;
    }

    private byte RealTime(byte question)
    {
        bool paperOut = printer is { IsPaperOut: true };
        return question == 2
            ? (byte)(0x12 | (printer is { IsCoverOpen: true } ? 0x04 : 0) | (paperOut ? 0x20 : 0))
            : (byte)(0x12 | (paperOut ? 0x6C : 0));
    }

    private int Size()
    {
        byte first = _waiting[0], second = _waiting.Count > 1 ? _waiting[1] : (byte)0;
        if (first is not (0x10 or 0x1B or 0x1C or 0x1D)) return 1;
        if (_waiting.Count < 2) return 0;
        return (first, second) switch
        {
            (0x10, 0x04) => 3,
            (0x1B, 0x40) or (0x1C, 0x26) => 2,
            (0x1B, 0x61) or (0x1C, 0x43) or (0x1D, 0x21) or (0x1D, 0x72) => 3,
            (0x1D, 0x56) => 4,
            (0x1D, 0x28) => _waiting.Count < 5 ? 0 : 5 + _waiting[3] + (_waiting[4] << 8),
            _ => throw new InvalidDataException($"unknown command {first:X2} {second:X2}"),
        };
    }

    private void Work(byte[] command, List<byte> answers)
    {
        switch (command)
        {
            case [0x0A]:
                EndLine();
                break;
            case [0x1B, 0x40]:
                (_isKanji, _width) = (false, 1);
                break;
            case [0x1C, 0x26]:
                _isKanji = true;
                break;
            case [0x1D, 0x21, var scale]:
                _width = (scale >> 4) + 1;
                break;
            case [0x1D, 0x72, ..]:
                answers.Add(printer is { IsPaperOut: true } ? (byte)0x0C : (byte)0);
                break;
            case [0x1D, 0x56, ..]:
                cut(new(_lines, _codes, _widest));
                (_lines, _codes, _widest) = ([], [], 0);
                break;
            case [0x1D, 0x28, 0x6B, _, _, 0x31, 0x50, 0x30, ..]:
                _stored = Encoding.ASCII.GetString(command.AsSpan(8));
                break;
            case [0x1D, 0x28, 0x6B, _, _, 0x31, 0x51, ..]:
                _codes.Add(_stored);
                break;
            case [var letter]:
                if (letter < 0x20) throw new InvalidDataException($"unknown control {letter:X2}");
                _line.Add(letter);
                break;
        }
    }

    private void EndLine()
    {
        byte[] line = [.. _line];
        _line.Clear();
        if (line.Length == 0) return;
        if (!_isKanji && line.Any(b => b >= 0x80)) throw new InvalidDataException("kanji without kanji mode");
        _widest = Math.Max(_widest, line.Length * DotsOfLetter * _width);
        _lines.Add(s_shiftJis.GetString(line));
        if (printer?.LinesLeft is not int left) return;
        printer.LinesLeft = left > 1 ? left - 1 : null;
        if (left <= 1) (printer.IsPaperOut, _isStopped) = (true, true);
    }
}
