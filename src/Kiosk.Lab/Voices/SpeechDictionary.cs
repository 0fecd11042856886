using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Kiosk.Lab.Voices;

/// <summary>
/// Debian's dictionary for Open JTalk with our own words added (<c>words.csv</c>: readings and accents). Open JTalk reads no user
/// dictionary, and Debian has only the packed form, so the packed form is unpacked, and packed again by mecab-dict-index.
/// Format of sys.dic: MeCab 0.996, src/dictionary.cpp and src/darts.h.
/// </summary>
internal static class SpeechDictionary
{
    /// <summary>Where Debian's package open-jtalk-mecab-naist-jdic puts it.</summary>
    public const string Debian = "/var/lib/mecab/dic/open-jtalk/naist-jdic";

    private const string Packer = "/usr/lib/mecab/mecab-dict-index";
    private const int HeaderBytes = 72, UnitBytes = 8, TokenBytes = 16;
    private const uint Magic = 0xef718f77, Version = 102;

    private static readonly string[] Copied =
        ["char.bin", "unk.dic", "matrix.bin", "left-id.def", "right-id.def", "pos-id.def", "rewrite.def"];

    /// <summary>Makes the dictionary once in <paramref name="folder"/>; makes it again when our words changed.</summary>
    /// <returns>The folder for <c>open_jtalk -x</c>.</returns>
    /// <exception cref="InvalidOperationException">A tool or Debian's dictionary is missing, or has another format; one line.</exception>
    public static async Task<string> MakeAsync(string folder, CancellationToken stop)
    {
        string words = Words(), marker = Path.Combine(folder, "words.csv");
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker, stop) == words) return folder;
        string system = Path.Combine(Debian, "sys.dic");
        if (!File.Exists(system)) throw new InvalidOperationException($"{system} is missing: apt-get install open-jtalk-mecab-naist-jdic");
        string unpacked = folder + ".unpacked";
        Directory.CreateDirectory(unpacked);
        Directory.CreateDirectory(folder);
        foreach (string name in Copied)
        {
            File.Copy(Path.Combine(Debian, name), Path.Combine(unpacked, name), overwrite: true);
            File.Copy(Path.Combine(Debian, name), Path.Combine(folder, name), overwrite: true);
        }
        string settings = "cost-factor = 700\nbos-feature = BOS/EOS,*,*,*,*,*,*,*,*\nconfig-charset = UTF-8\n";
        await File.WriteAllTextAsync(Path.Combine(unpacked, "dicrc"), settings, stop);
        await using (FileStream all = File.Create(Path.Combine(unpacked, "debian.csv")))
            Unpack(await File.ReadAllBytesAsync(system, stop), all);
        await File.WriteAllTextAsync(Path.Combine(unpacked, "ours.csv"), words, stop);
        await Tool.RunAsync(Packer, ["-d", unpacked, "-o", folder, "-f", "utf-8", "-t", "utf-8", "-s"], null, stop);
        Directory.Delete(unpacked, recursive: true);
        await File.WriteAllTextAsync(marker, words, stop);
        return folder;
    }

    /// <summary>Our own words, as mecab's CSV.</summary>
    public static string Words() => Resource("words.csv");

    /// <summary>The lines of an embedded table, each split at its tabs.</summary>
    internal static string[][] Rows(string name) =>
        [.. Resource(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split('\t'))];

    /// <summary>An embedded file of this folder.</summary>
    internal static string Resource(string name)
    {
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Kiosk.Lab.Voices.{name}")!;
        using StreamReader reader = new(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Writes every entry of a packed dictionary as a line of mecab's CSV.</summary>
    /// <exception cref="InvalidOperationException">Another format than MeCab's version 102.</exception>
    internal static void Unpack(ReadOnlySpan<byte> packed, Stream csv)
    {
        if (packed.Length < HeaderBytes || (Number(packed, 0) ^ Magic) != packed.Length || Number(packed, 4) != Version)
            throw new InvalidOperationException($"{Debian}/sys.dic is not a dictionary of MeCab's version {Version}");
        ReadOnlySpan<byte> units = packed.Slice(HeaderBytes, (int)Number(packed, 24));
        ReadOnlySpan<byte> tokens = packed.Slice(HeaderBytes + units.Length, (int)Number(packed, 28));
        ReadOnlySpan<byte> features = packed[(HeaderBytes + units.Length + tokens.Length)..];

        // A double array: the unit at (base of the parent + byte + 1) is a child; the unit at the base itself ends a word.
        Dictionary<uint, (uint Parent, byte Byte)> parents = [];
        List<(uint Node, int Value)> ends = [];
        for (uint at = 1; at < units.Length / UnitBytes; at++)
        {
            int value = BinaryPrimitives.ReadInt32LittleEndian(units[(int)(at * UnitBytes)..]);
            uint check = Number(units, (int)(at * UnitBytes) + 4);
            if (check == 0) continue;
            if (at != check) parents[(uint)value] = (check, (byte)(at - check - 1));
            else if (value < 0) ends.Add((check, -value - 1));
        }

        uint root = Number(units, 0);
        Span<byte> word = stackalloc byte[1024];
        foreach ((uint node, int value) in ends)
        {
            int from = word.Length;
            for (uint at = node; at != root; at = parents[at].Parent) word[--from] = parents[at].Byte;
            for (int token = value >> 8; token < (value >> 8) + (value & 0xff); token++)
                Write(csv, word[from..], tokens.Slice(token * TokenBytes, TokenBytes), features);
        }
    }

    private static void Write(Stream csv, ReadOnlySpan<byte> word, ReadOnlySpan<byte> token, ReadOnlySpan<byte> features)
    {
        string text = Encoding.UTF8.GetString(word);
        if (text.AsSpan().ContainsAny(',', '"')) text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        ushort left = BinaryPrimitives.ReadUInt16LittleEndian(token), right = BinaryPrimitives.ReadUInt16LittleEndian(token[2..]);
        short cost = BinaryPrimitives.ReadInt16LittleEndian(token[6..]);
        ReadOnlySpan<byte> feature = features[(int)Number(token, 8)..];
        csv.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text},{left},{right},{cost},")));
        csv.Write(feature[..feature.IndexOf((byte)0)]);
        csv.WriteByte((byte)'\n');
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
