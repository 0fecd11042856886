using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiosk.Lab.Voices;

/// <summary>Loudness of a clip by EBU R 128 (ITU-R BS.1770), measured by ffmpeg.</summary>
/// <param name="Lufs">Integrated loudness, LUFS.</param>
/// <param name="Peak">Highest true peak, dBFS.</param>
/// <param name="Seconds">Length of the clip, s.</param>
internal sealed partial record Loudness(double Lufs, double Peak, double Seconds)
{
    /// <summary>Every clip of every language is brought to this, LUFS.</summary>
    public const double Wanted = -20;

    /// <summary>No peak of a clip is higher, dBFS.</summary>
    public const double MostPeak = -1.5;

    /// <summary>
    /// Measures a file. The clip is repeated to ten seconds first: the measure has blocks of 0.4 s, and a spoken digit is shorter.
    /// </summary>
    /// <exception cref="InvalidOperationException">ffmpeg is missing or cannot read the file; one line.</exception>
    public static async Task<Loudness> MeasureAsync(string file, CancellationToken stop)
    {
        (string length, _) = await Tool.RunAsync("ffprobe",
            ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file], null, stop);
        (_, string told) = await Tool.RunAsync("ffmpeg",
            ["-nostats", "-hide_banner", "-stream_loop", "-1", "-i", file, "-t", "10", "-af", "ebur128=peak=true", "-f", "null", "-"],
            null, stop);
        string summary = told[told.LastIndexOf("Summary:", StringComparison.Ordinal)..];
        return new(Number(Integrated(), summary), Number(TruePeak(), summary), double.Parse(length, CultureInfo.InvariantCulture));
    }

    private static double Number(Regex pattern, string text) =>
        double.TryParse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture, out double value)
            ? value : double.NegativeInfinity;

    [GeneratedRegex(@"I:\s+(\S+) LUFS")]
    private static partial Regex Integrated();

    [GeneratedRegex(@"Peak:\s+(\S+) dBFS")]
    private static partial Regex TruePeak();
}
