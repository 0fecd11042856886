using System.Globalization;

namespace Kiosk.Lab.Voices;

/// <summary>
/// Makes the clips: synthesises, trims silence, brings to one loudness, encodes as Opus. What has not changed since the last run is kept.
/// </summary>
/// <param name="folder">Clips are <c>LANGUAGE/ID.ogg</c> in it.</param>
/// <param name="japanese">Null: no HTS voice was found; Japanese is then spoken by espeak-ng, without accents.</param>
/// <param name="pace">1 is the synthesiser's usual speed; 0.9 is slower, for people over 75.</param>
internal sealed partial class ClipMaker(string folder, JapaneseVoice? japanese, double pace)
{
    /// <summary>Usual speed of espeak-ng, words a minute.</summary>
    private const int WordsPerMinute = 165;

    /// <summary>How often a clip is encoded at most.</summary>
    private const int MostRounds = 5;

    /// <summary>Silence is cut below this level, and a little is kept so that no first consonant is lost.</summary>
    private const string Trim = "silenceremove=start_periods=1:start_threshold=-48dB:start_silence=0.04";

    /// <summary>Makes what is missing or has changed of some clips, together: ffmpeg starts slower than it works.</summary>
    /// <returns>How many were made.</returns>
    /// <exception cref="InvalidOperationException">A tool is missing or failed; one line.</exception>
    public async Task<int> MakeAsync(IEnumerable<(string Language, string Id, string Words)> clips, CancellationToken stop)
    {
        Clip[] wanted = [.. clips.Select(Planned).Where(clip => !clip.IsMade)];
        if (wanted.Length == 0) return 0;
        try
        {
            foreach (Clip clip in wanted)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(clip.File)!);
                await SpeakAsync(clip.Language, clip.Text, clip.Spoken, stop);
            }
            await FfmpegAsync(wanted, clip => clip.Spoken, _ => ["-af", $"{Trim},areverse,{Trim},areverse"], clip => clip.Trimmed, stop);
            Loudness[] now = await Loudness.MeasureAsync([.. wanted.Select(clip => clip.Trimmed)], stop);
            // Opus lifts a peak of some clips by several dB, at one bit rate and not at the next: those get more bits and a little less
            // level, until no peak is too high.
            double[] limits = [.. wanted.Select(_ => Loudness.MostPeak - 0.5)];
            int[] high = [.. Enumerable.Range(0, wanted.Length)];
            for (int round = 0; round < MostRounds && high.Length > 0; round++)
            {
                await EncodeAsync([.. high.Select(i => wanted[i])], [.. high.Select(i => now[i])], [.. high.Select(i => limits[i])],
                    28 + (6 * round), stop);
                Loudness[] made = await Loudness.MeasureAsync([.. high.Select(i => wanted[i].Ogg)], stop);
                double[] excess = [.. made.Select(clip => clip.Peak - Loudness.MostPeak)];
                for (int k = 0; k < high.Length; k++) limits[high[k]] -= Math.Clamp(excess[k], 0, 1) + 0.5;
                high = [.. high.Where((_, k) => excess[k] > 0)];
            }
            foreach (Clip clip in wanted) await File.WriteAllTextAsync(clip.From, clip.Source, stop);
        }
        finally
        {
            foreach (Clip clip in wanted)
            {
                File.Delete(clip.Spoken);
                File.Delete(clip.Trimmed);
            }
        }
        return wanted.Length;
    }

    private Clip Planned((string Language, string Id, string Words) clip)
    {
        string text = SpokenWords.For(clip.Language, clip.Id, clip.Words);
        if (IsOpenJTalk(clip.Language)) text = JapaneseVoice.Spelled(text);
        return new(Path.Combine(folder, clip.Language, clip.Id), clip.Language, text, Engine(clip.Language));
    }

    /// <summary>To the wanted loudness; peaks that would clip are limited; a short silence, or a player may cut the end.</summary>
    private static string Levelled(double lufs, double mostPeak)
    {
        double limit = Math.Pow(10, mostPeak / 20);
        return string.Create(CultureInfo.InvariantCulture,
            $"volume={Loudness.Wanted - lufs:0.0}dB,aresample=48000,alimiter=limit={limit:0.000}:level=false,apad=pad_dur=0.08");
    }

    private static Task EncodeAsync(Clip[] clips, Loudness[] now, double[] mostPeaks, int kilobits, CancellationToken stop) => FfmpegAsync(
        clips, clip => clip.Trimmed,
        i => ["-af", Levelled(now[i].Lufs, mostPeaks[i]), "-ac", "1", "-c:a", "libopus", "-b:a", $"{kilobits}k"],
        clip => clip.Ogg, stop);

    private static async Task FfmpegAsync(
        Clip[] clips, Func<Clip, string> from, Func<int, string[]> settings, Func<Clip, string> to, CancellationToken stop)
    {
        List<string> arguments = ["-v", "error", "-y"];
        foreach (Clip clip in clips) arguments.AddRange(["-i", from(clip)]);
        for (int i = 0; i < clips.Length; i++) arguments.AddRange(["-map", $"{i}:a", .. settings(i), to(clips[i])]);
        await Tool.RunAsync("ffmpeg", arguments, null, stop);
    }

    /// <summary>Name of the engine and its settings; a clip that another one made is made again.</summary>
    private string Engine(string language) => IsOpenJTalk(language) ? japanese!.Engine
        : (language == "en" ? "flite slt" : "espeak-ng " + EspeakVoice(language)) + pace.ToString(" 0.00", CultureInfo.InvariantCulture);

    private bool IsOpenJTalk(string language) => japanese is not null && IsJapanese(language);

    private static bool IsJapanese(string language) => language.StartsWith("ja", StringComparison.Ordinal);

    /// <summary>Chinese is given as pinyin (<see cref="Mandarin"/>).</summary>
    private static string EspeakVoice(string language) =>
        IsJapanese(language) ? "ja" : language switch { "zh" => "cmn-latn-pinyin", "pt" => "pt-br", _ => language };

    private async Task SpeakAsync(string language, string text, string wav, CancellationToken stop)
    {
        if (IsOpenJTalk(language))
        {
            await japanese!.SpeakAsync(text, wav, stop);
            return;
        }
        if (language == "en")
        {
            string stretch = (1 / pace).ToString("0.000", CultureInfo.InvariantCulture);
            await Tool.RunAsync("flite", ["-voice", "slt", "--setf", $"duration_stretch={stretch}", "-t", text, "-o", wav], null, stop);
            return;
        }
        string read = text;
        if (language == "ja") (read, _) = await Tool.RunAsync("mecab", ["-Oyomi"], JapaneseVoice.Spelled(text), stop);
        else if (language == "ja-easy") read = Ruby().Replace(text, "$2");
        string speed = (WordsPerMinute * pace).ToString("0", CultureInfo.InvariantCulture);
        await Tool.RunAsync("espeak-ng", ["-v", EspeakVoice(language), "-s", speed, "--stdin", "-w", wav], read, stop);
    }

    private sealed record Clip(string File, string Language, string Text, string Engine)
    {
        public string Ogg => File + ".ogg";

        /// <summary>How the clip was made; it stays beside it.</summary>
        public string From => File + ".txt";

        public string Source => $"{Engine}\n{Text}";

        public string Spoken => File + ".spoken.wav";

        public string Trimmed => File + ".trimmed.wav";

        public bool IsMade =>
            System.IO.File.Exists(Ogg) && System.IO.File.Exists(From) && System.IO.File.ReadAllText(From) == Source;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\{([^|{}]+)\|([^{}]+)\}")]
    private static partial System.Text.RegularExpressions.Regex Ruby();
}
