using System.Text;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>
/// The bytes of a ticket for a 58 mm printer (384 dots: 32 letters or 16 kanji). Commands as in Epson's public ESC/POS Command Reference,
/// by their names there: ESC @, ESC a, GS !, FS &amp;, FS C, GS ( k, GS V, GS r, DLE EOT.
/// </summary>
internal static class EscPos
{
    /// <summary>Letters of font A in 384 dots. A kanji takes two.</summary>
    public const int Columns = 32;

    private const int Largest = 4;

    private static readonly Encoding s_shiftJis = CodePagesEncodingProvider.Instance.GetEncoding(
        932, new EncoderReplacementFallback("〓"), DecoderFallback.ReplacementFallback)!;

    /// <summary>DLE EOT 2: why it is off-line.</summary>
    public static ReadOnlyMemory<byte> AskOffline { get; } = new byte[] { 0x10, 0x04, 2 };

    /// <summary>DLE EOT 4: the paper's end.</summary>
    public static ReadOnlyMemory<byte> AskPaper { get; } = new byte[] { 0x10, 0x04, 4 };

    /// <summary>GS r 1: answered when everything before it is printed.</summary>
    public static ReadOnlyMemory<byte> AskDone { get; } = new byte[] { 0x1D, 0x72, 1 };

    /// <summary>An answer to DLE EOT: bits 1 and 4 are on, 0 and 7 off.</summary>
    public static bool IsRealTime(byte answer) => (answer & 0x93) == 0x12;

    /// <summary>An answer to GS r: bits 4 and 7 are off.</summary>
    public static bool IsDone(byte answer) => (answer & 0x90) == 0;

    /// <summary>Of AskOffline: cover open (bit 2), or printing stopped at the paper's end (bit 5).</summary>
    public static bool NeedsPaperOrCover(byte offline) => (offline & 0x24) != 0;

    /// <summary>Of AskOffline: an error of the printer (bit 6), for example a jam of the cutter.</summary>
    public static bool HasError(byte offline) => (offline & 0x40) != 0;

    /// <summary>Of AskPaper: the end sensor sees no paper (bits 5 and 6).</summary>
    public static bool IsPaperOut(byte paper) => (paper & 0x60) != 0;

    /// <summary>Of AskDone: the end sensor sees no paper (bits 2 and 3).</summary>
    public static bool IsPaperOutAfter(byte done) => (done & 0x0C) != 0;

    public static byte[] Bytes(Ticket ticket)
    {
        // ESC @ initialize; FS & kanji mode; FS C 1 Shift_JIS.
        List<byte> to = [0x1B, 0x40, 0x1C, 0x26, 0x1C, 0x43, 1];
        foreach (TicketPart part in ticket.Parts)
        {
            switch (part)
            {
                case TicketPart.Line text:
                    Add(to, text);
                    break;
                case TicketPart.Qr qr:
                    Add(to, qr);
                    break;
                default:
                    to.Add(0x0A);
                    break;
            }
        }

        // GS V 66 0: feed to the cutter, cut.
        to.AddRange([0x1D, 0x56, 66, 0]);
        return [.. to];
    }

    private static void Add(List<byte> to, TicketPart.Line text)
    {
        byte[] words = s_shiftJis.GetBytes(Plain(text.Words));
        int scale = Math.Clamp(Math.Min(text.Scale, Columns / Math.Max(words.Length, 1)), 1, Largest);
        // ESC a: 0 left, 1 centred. GS !: width and height.
        to.AddRange([0x1B, 0x61, text.Centred ? (byte)1 : (byte)0, 0x1D, 0x21, (byte)(((scale - 1) << 4) | (scale - 1))]);
        foreach (byte[] line in Lines(words, Columns / scale))
        {
            to.AddRange(line);
            to.Add(0x0A);
        }

        to.AddRange([0x1D, 0x21, 0]);
    }

    private static void Add(List<byte> to, TicketPart.Qr qr)
    {
        byte[] content = Encoding.ASCII.GetBytes(Plain(qr.Content));
        int length = content.Length + 3;
        to.AddRange([0x1B, 0x61, 1]);
        // GS ( k: function 165 model 2, 167 six dots a module, 169 error correction M, 180 store, 181 print.
        to.AddRange([0x1D, 0x28, 0x6B, 4, 0, 0x31, 0x41, 0x32, 0]);
        to.AddRange([0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43, 6]);
        to.AddRange([0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x45, 0x31]);
        to.AddRange([0x1D, 0x28, 0x6B, (byte)(length & 0xFF), (byte)(length >> 8), 0x31, 0x50, 0x30, .. content]);
        to.AddRange([0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x51, 0x30]);
        to.Add(0x0A);
    }

    /// <summary>No byte of a text may be taken as a command.</summary>
    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    /// <summary>Breaks before a character that does not fit; letters at the space before it.</summary>
    private static IEnumerable<byte[]> Lines(byte[] words, int columns)
    {
        int start = 0, space = -1, at = 0;
        while (at < words.Length)
        {
            int size = words[at] is (>= 0x81 and <= 0x9F) or (>= 0xE0 and <= 0xFC) && at + 1 < words.Length ? 2 : 1;
            if (at + size - start > columns)
            {
                int end = size == 1 && words[at] != ' ' && space > start ? space : at;
                yield return words[start..end];
                start = end < words.Length && words[end] == ' ' ? end + 1 : end;
                space = -1;
                if (at < start) at = start;
                continue;
            }

            if (size == 1 && words[at] == ' ') space = at;
            at += size;
        }

        yield return words[start..];
    }
}
