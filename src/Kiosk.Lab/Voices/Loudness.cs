using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.Lab.Voices;

/// <summary>Loudness of a clip by EBU R 128 (ITU-R BS.1770), measured by ffmpeg.</summary>
/// <param name="Lufs">Integrated loudness, LUFS.</param>
/// <param name="Peak">Highest true peak, dBFS.</param>
/// <param name="Seconds">Length of the clip, s.</param>
/// <param name="Silence">Longest silence, s: a pause inside, or end and beginning together. 0: none of 0.15 s.</param>
internal sealed partial record Loudness(double Lufs, double Peak, double Seconds, double Silence)
{
    /// <summary>Every clip of every language is brought to this, LUFS.</summary>
    public const double Wanted = -20;

    /// <summary>No peak of a clip is higher, dBFS.</summary>
    public const double MostPeak = -1.5;

    /// <summary>
    /// Measures files, all with one start of ffmpeg, which takes longer than the measuring. Each clip is repeated to ten seconds first:
    /// the measure has blocks of 0.4 s, and a spoken digit is shorter.
    /// </summary>
    /// <returns>One for each file, in their order.</returns>
    /// <exception cref="InvalidOperationException">ffmpeg is missing or cannot read a file; one line.</exception>
    public static async Task<Loudness[]> MeasureAsync(IReadOnlyList<string> files, CancellationToken stop)
    {
        List<string> arguments = ["-nostats", "-hide_banner"];
        foreach (string file in files) arguments.AddRange(["-stream_loop", "-1", "-t", "10", "-i", file]);
        for (int i = 0; i < files.Count; i++)
        {
            // silencedetect writes no name of its own into the log; ametadata and ebur128 do.
            string measures = $"silencedetect=noise=-40dB:d=0.15,ametadata@{i}=mode=print:key=lavfi.silence_duration,"
                + $"ebur128@{i}=peak=true";
            arguments.AddRange(["-map", $"{i}:a", "-filter:a", measures, "-f", "null", "-"]);
        }
        (_, string told) = await Tool.RunAsync("ffmpeg", arguments, null, stop);
        MatchCollection lengths = Length().Matches(told);
        return [.. files.Select((_, i) =>
        {
            string summary = told[told.LastIndexOf($"[ebur128@{i} ", StringComparison.Ordinal)..];
            double seconds = TimeSpan.Parse(lengths[i].Groups[1].Value, CultureInfo.InvariantCulture).TotalSeconds;
            double silence = SilenceOf().Matches(told).Where(m => m.Groups[1].Value == Text(i))
                .Select(m => double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            return new Loudness(Number(Integrated(), summary), Number(TruePeak(), summary), seconds, silence);
        })];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Number(Regex pattern, string text) =>
        double.TryParse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture, out double value)
            ? value : double.NegativeInfinity;

    [GeneratedRegex(@"I:\s+(\S+) LUFS")]
    private static partial Regex Integrated();

    [GeneratedRegex(@"Peak:\s+(\S+) dBFS")]
    private static partial Regex TruePeak();

    [GeneratedRegex(@"Duration: (\d\d:\d\d:[\d.]+)")]
    private static partial Regex Length();

    [GeneratedRegex(@"\[ametadata@(\d+) @[^\n]*lavfi\.silence_duration=([\d.]+)")]
    private static partial Regex SilenceOf();
}
