using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Kiosk.Lab.Voices;

/// <summary>Measures every clip and writes <c>index.html</c> beside them, on which a person listens by language.</summary>
internal static partial class ClipCheck
{
    /// <summary>How far a clip may be from <see cref="Loudness.Wanted"/>, LU. Very short clips meet the limiter.</summary>
    private const double LoudnessTolerance = 2;

    /// <summary>Seconds for each letter or digit. Outside of this a clip is cut off, or spells out what it should read.</summary>
    private const double FewestSecondsPerLetter = 0.02, MostSecondsPerLetter = 0.75;

    /// <summary>A longer silence, s, sounds as if the kiosk had stopped speaking.</summary>
    private const double MostSilence = 1;

    public static async Task<int> RunAsync(string root, string given, double pace, string only, CancellationToken stop)
    {
        string folder = ClipCommands.Folder(root);
        JapaneseVoice? japanese = await ClipCommands.JapaneseAsync(root, given, pace, stop);
        ConcurrentBag<(int At, Finding[] Found)> looked = [];
        ParallelOptions both = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop };
        await Parallel.ForEachAsync(ClipCommands.Clips(only).Chunk(ClipCommands.Together).Index(), both, async (clips, cancel) =>
            looked.Add((clips.Index, await LookAsync(folder, japanese, clips.Item, cancel))));
        Finding[] findings = [.. looked.OrderBy(part => part.At).SelectMany(part => part.Found)];
        string page = Path.Combine(folder, "index.html");
        await File.WriteAllTextAsync(page, Page(findings), stop);
        Finding[] wrong = [.. findings.Where(f => f.Wrong.Length > 0)];
        foreach (Finding f in wrong) Console.WriteLine($"{f.Language} {f.Id}: {f.Wrong}");
        double[] lufs = [.. findings.Select(f => f.Measured?.Lufs ?? double.NaN).Where(double.IsFinite).Order()];
        if (lufs.Length > 0)
        {
            foreach (IGrouping<string, Finding> language in findings.GroupBy(f => f.Language)) Console.WriteLine(Summary(language));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loudness {lufs[0]:0.0} to {lufs[^1]:0.0} LUFS, median "
                + $"{lufs[lufs.Length / 2]:0.0}; highest peak {findings.Max(f => f.Measured?.Peak ?? -99):0.0} dBFS"));
        }
        Console.WriteLine($"{findings.Length} clips, {wrong.Length} with a finding; {page}");
        return wrong.Length == 0 ? 0 : 1;
    }

    private static async Task<Finding[]> LookAsync(
        string folder, JapaneseVoice? japanese, (string Language, string Id, string Words)[] clips, CancellationToken stop)
    {
        string FileOf((string Language, string Id, string Words) clip) => Path.Combine(folder, clip.Language, clip.Id + ".ogg");
        var there = clips.Where(clip => File.Exists(FileOf(clip))).ToArray();
        Loudness[] measured = there.Length == 0 ? [] : await Loudness.MeasureAsync([.. there.Select(FileOf)], stop);
        const string None = "no clip; run ./dev voices";
        List<Finding> found = [.. clips.Except(there).Select(c => new Finding(c.Language, c.Id, c.Words, null, None))];
        for (int i = 0; i < there.Length; i++) found.Add(await LookAsync(there[i], measured[i], japanese, stop));
        return [.. found];
    }

    private static async Task<Finding> LookAsync(
        (string Language, string Id, string Words) clip, Loudness measured, JapaneseVoice? japanese, CancellationToken stop)
    {
        List<string> wrong = [];
        if (Math.Abs(measured.Lufs - Loudness.Wanted) > LoudnessTolerance) wrong.Add(Text($"loudness {measured.Lufs:0.0} LUFS"));
        if (measured.Peak > Loudness.MostPeak + 1) wrong.Add(Text($"peak {measured.Peak:0.0} dBFS"));
        if (measured.Silence > MostSilence) wrong.Add(Text($"{measured.Silence:0.0} s of silence"));
        int letters = Letters().Count(Ruby().Replace(clip.Words, "$2"));
        double each = measured.Seconds / Math.Max(1, letters);
        if (letters > 3 && each is < FewestSecondsPerLetter or > MostSecondsPerLetter)
            wrong.Add(Text($"{measured.Seconds:0.0} s for {letters} letters"));
        if (japanese is not null && clip.Language == "ja-easy" && JapaneseVoice.WrittenReading(clip.Words) is string right)
        {
            string read = await japanese.ReadingAsync(SpokenWords.For(clip.Language, clip.Id, clip.Words), stop);
            if (read != right) wrong.Add($"read {read}, written {right}");
        }
        return new(clip.Language, clip.Id, clip.Words, measured, string.Join("; ", wrong));
    }

    private static string Summary(IGrouping<string, Finding> language)
    {
        Loudness[] all = [.. language.Select(f => f.Measured).OfType<Loudness>()];
        if (all.Length == 0) return $"{language.Key}: no clip";
        double letters = language.Sum(f => Letters().Count(Ruby().Replace(f.Words, "$2")));
        return Text($"{language.Key}: {all.Length} clips, {all.Sum(m => m.Seconds):0} s, {all.Min(m => m.Lufs):0.0} to ")
            + Text($"{all.Max(m => m.Lufs):0.0} LUFS, highest peak {all.Max(m => m.Peak):0.0} dBFS, ")
            + Text($"longest silence {all.Max(m => m.Silence):0.00} s, {letters / all.Sum(m => m.Seconds):0.0} letters a second");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Page(IEnumerable<Finding> findings)
    {
        HtmlEncoder html = HtmlEncoder.Default;
        IEnumerable<string> rows = findings.Select(f => f.Measured is not { } m ? "" : Text($"""
            <tr><td>{f.Language}</td><td>{f.Id}</td><td lang="{f.Language[..2]}">{html.Encode(Ruby().Replace(f.Words, "$1"))}</td>
            <td><audio controls preload="none" src="{f.Language}/{f.Id}.ogg"></audio></td>
            <td>{m.Seconds:0.0} s</td><td>{m.Lufs:0.0}</td><td>{m.Peak:0.0}</td><td>{html.Encode(f.Wrong)}</td></tr>
            """));
        return $"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Spoken texts</title>
            <style>body{"{"}font:16px sans-serif{"}"}td,th{"{"}padding:.2em .6em;text-align:left;vertical-align:top{"}"}</style>
            <h1>Spoken texts</h1><p>Listen to a journey in the order of the rows of its language.</p>
            <table><tr><th>Language<th>Clip<th>Words<th>Sound<th>Length<th>LUFS<th>Peak, dBFS<th>Finding</tr>
            {string.Join('\n', rows)}
            </table></html>
            """;
    }

    private sealed record Finding(string Language, string Id, string Words, Loudness? Measured, string Wrong);

    [GeneratedRegex(@"[\p{L}\p{N}]")]
    private static partial Regex Letters();

    [GeneratedRegex(@"\{([^|{}]+)\|([^{}]+)\}")]
    private static partial Regex Ruby();
}
