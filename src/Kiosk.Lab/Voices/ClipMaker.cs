using System.Globalization;

namespace Kiosk.Lab.Voices;

/// <summary>
/// Makes the clips: synthesises, trims silence, brings to one loudness, encodes as Opus. What has not changed since the last run is kept.
/// </summary>
/// <param name="folder">Clips are <c>LANGUAGE/ID.ogg</c> in it.</param>
/// <param name="japanese">Null: no HTS voice was found; Japanese is then spoken by espeak-ng, without accents.</param>
/// <param name="engine">Name of the engine and its settings; a clip made by another one is made again.</param>
internal sealed class ClipMaker(string folder, JapaneseVoice? japanese, string engine, int wordsPerMinute)
{
    /// <summary>Silence is cut below this level, and a little is kept so that no first consonant is lost.</summary>
    private const string Trim = "silenceremove=start_periods=1:start_threshold=-48dB:start_silence=0.04";

    /// <returns>True: the clip was made. False: it was there already.</returns>
    /// <exception cref="InvalidOperationException">A tool is missing or failed; one line.</exception>
    public async Task<bool> MakeAsync(string language, string id, string words, CancellationToken stop)
    {
        string file = Path.Combine(folder, language, id), clip = file + ".ogg", from = file + ".txt", source = $"{engine}\n{words}";
        if (File.Exists(clip) && File.Exists(from) && await File.ReadAllTextAsync(from, stop) == source) return false;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string spoken = file + ".spoken.wav", trimmed = file + ".trimmed.wav";
        try
        {
            await SpeakAsync(language, words, spoken, stop);
            await Tool.RunAsync("ffmpeg",
                ["-v", "error", "-y", "-i", spoken, "-af", $"{Trim},areverse,{Trim},areverse", trimmed], null, stop);
            Loudness now = await Loudness.MeasureAsync(trimmed, stop);
            string gain = (Loudness.Wanted - now.Lufs).ToString("0.0", CultureInfo.InvariantCulture);
            double limit = Math.Pow(10, (Loudness.MostPeak - 0.5) / 20);
            string chain = string.Create(CultureInfo.InvariantCulture,
                $"volume={gain}dB,aresample=48000,alimiter=limit={limit:0.000}:level=false,apad=pad_dur=0.08");
            await Tool.RunAsync("ffmpeg",
                ["-v", "error", "-y", "-i", trimmed, "-af", chain, "-ac", "1", "-c:a", "libopus", "-b:a", "28k", clip], null, stop);
            await File.WriteAllTextAsync(from, source, stop);
        }
        finally
        {
            File.Delete(spoken);
            File.Delete(trimmed);
        }
        return true;
    }

    private async Task SpeakAsync(string language, string words, string wav, CancellationToken stop)
    {
        bool isJapanese = language.StartsWith("ja", StringComparison.Ordinal);
        if (isJapanese && japanese is not null)
        {
            await japanese.SpeakAsync(words, wav, stop);
            return;
        }
        string text = words;
        if (language == "ja") (text, _) = await Tool.RunAsync("mecab", ["-Oyomi"], words, stop);
        else if (isJapanese) text = Ruby.Replace(words, "$2");
        string voice = language switch { "zh" => "cmn", "pt" => "pt-br", _ => isJapanese ? "ja" : language };
        string speed = wordsPerMinute.ToString(CultureInfo.InvariantCulture);
        await Tool.RunAsync("espeak-ng", ["-v", voice, "-s", speed, "--stdin", "-w", wav], text, stop);
    }

    private static readonly System.Text.RegularExpressions.Regex Ruby = new(@"\{([^|{}]+)\|([^{}]+)\}");
}
