using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Kiosk.Lab.Voices;

/// <summary>Open JTalk with an HTS voice: Japanese with pitch accents.</summary>
/// <param name="dictionary">Folder made by <see cref="SpeechDictionary"/>.</param>
/// <param name="voice">File of the HTS voice.</param>
/// <param name="pace">1 is the voice's own; 0.9 speaks slower, for people over 75.</param>
internal sealed partial class JapaneseVoice(string dictionary, string voice, double pace)
{
    /// <summary>Voice, speed and our words: a clip that others made is made again.</summary>
    public string Engine { get; } = string.Create(CultureInfo.InvariantCulture, $"{VoiceFile.Name} {pace:0.00} ")
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SpeechDictionary.Words())))[..12];

    /// <summary>Speaks a text into a WAV file.</summary>
    /// <param name="text">As on the screen; readings are written <c>{漢字|かんじ}</c>.</param>
    public Task SpeakAsync(string text, string wav, CancellationToken stop) => RunAsync(Spelled(text), ["-ow", wav], stop);

    /// <summary>The reading that the engine chose, in katakana, without pauses.</summary>
    public async Task<string> ReadingAsync(string text, CancellationToken stop)
    {
        string trace = Path.GetTempFileName();
        try
        {
            // The engine always speaks, also when only its reading is wanted; spoken fast, it takes half the time.
            await RunAsync(Spelled(text), ["-ot", trace, "-r", "20"], stop);
            StringBuilder reading = new();
            foreach (string line in await File.ReadAllLinesAsync(trace, stop))
            {
                if (line.StartsWith("[Output", StringComparison.Ordinal)) break;
                string[] fields = line.Split(',');
                if (fields.Length <= 10) continue;

                // Field 8 is the reading, field 9 the sound: 一 before 回 is イチ as a word and イッ as it sounds.
                bool isShortened = fields[9].EndsWith('ッ') && !fields[8].EndsWith('ッ');
                reading.Append(isShortened ? fields[9] : fields[8]);
            }
            return Sounds(reading.ToString());
        }
        finally
        {
            File.Delete(trace);
        }
    }

    /// <summary>The text as the engine gets it: kanji, no spaces between phrases, and words that it reads wrongly spelled out.</summary>
    internal static string Spelled(string text)
    {
        string plain = Ruby().Replace(text, "$1").Replace(" ", "", StringComparison.Ordinal)
            .Replace("\u2060", "", StringComparison.Ordinal).Replace("\u200b", "", StringComparison.Ordinal);
        if (Day().Match(plain) is { Success: true }) return "ついたち";
        return SpokenWords.Spell("ja", plain);
    }

    /// <summary>The reading that the text gives, in katakana, without pauses. Null: it has kanji or digits without a reading.</summary>
    internal static string? WrittenReading(string text)
    {
        string read = Ruby().Replace(text, "$2");
        return Unread().IsMatch(read) ? null : Sounds(read);
    }

    /// <summary>Katakana only: hiragana becomes katakana, signs and spaces go.</summary>
    private static string Sounds(string text)
    {
        StringBuilder sounds = new();
        foreach (char c in text)
        {
            if (c is >= '\u3041' and <= '\u3096') sounds.Append((char)(c + 0x60));
            else if (c is (>= '\u30a1' and <= '\u30fa') or 'ー') sounds.Append(c);
        }
        return sounds.ToString();
    }

    private async Task RunAsync(string text, IEnumerable<string> outputs, CancellationToken stop)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, stop);
            string rate = pace.ToString("0.00", CultureInfo.InvariantCulture);
            await Tool.RunAsync("open_jtalk", ["-x", dictionary, "-m", voice, "-r", rate, .. outputs, file], null, stop);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"\{([^|{}]+)\|([^{}]+)\}")]
    private static partial Regex Ruby();

    [GeneratedRegex("^1日$")]
    private static partial Regex Day();

    [GeneratedRegex(@"[\p{IsCJKUnifiedIdeographs}0-9A-Za-z{}①-⑳]")]
    private static partial Regex Unread();
}
