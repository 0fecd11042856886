using System.CommandLine;
using Kiosk.App.Screens;

namespace Kiosk.Lab.Voices;

/// <summary>`kiosk-lab voices make`, `add`, `check`: the clips that the kiosk plays, made by Debian's synthesisers.</summary>
internal static class ClipCommands
{
    public static Command Make()
    {
        Option<string> root = new("--root") { Description = "the repository", DefaultValueFactory = _ => Directory.GetCurrentDirectory() };
        Option<string> voice = new("--voice")
        {
            Description = $"folder or file of {VoiceFile.Name}; default: artifacts/voice, then shared/voices beside the repository",
            DefaultValueFactory = _ => "",
        };
        Option<double> pace = new("--pace")
        {
            Description = "speed of the voices; 1 is their own, 0.9 is slower, for people over 75",
            DefaultValueFactory = _ => 0.9,
        };
        Option<string> only = new("--only")
        {
            Description = "only the clips whose LANGUAGE/ID begins so, for example ja/pin",
            DefaultValueFactory = _ => "",
        };
        Command make = new("make", "makes every clip that is missing or whose text changed") { root, voice, pace, only };
        make.SetAction((options, stop) => Guard(() =>
            MakeAsync(
                Path.GetFullPath(options.GetValue(root)!), options.GetValue(voice)!, options.GetValue(pace), options.GetValue(only)!,
                stop)));
        Command add = new("add", "shows licence and source of the Japanese voice, and fetches it after a yes") { root };
        add.SetAction((options, stop) => Guard(() => AddAsync(Path.GetFullPath(options.GetValue(root)!), stop)));
        Command check = new("check", "measures every clip, and writes a page on which a person can listen to them")
        {
            root, voice, pace, only,
        };
        check.SetAction((options, stop) => Guard(() =>
            ClipCheck.RunAsync(
                Path.GetFullPath(options.GetValue(root)!), options.GetValue(voice)!, options.GetValue(pace), options.GetValue(only)!,
                stop)));
        return new Command("voices", "the spoken texts, made by synthesisers") { make, add, check };
    }

    /// <summary>Every clip of every language: the order of the list is that of the languages on the screen.</summary>
    /// <param name="only">Beginning of LANGUAGE/ID; empty: all.</param>
    internal static IEnumerable<(string Language, string Id, string Words)> Clips(string only) =>
        Texts.Languages.SelectMany(language => Spoken.All(Texts.For(language)).Select(clip => (language, clip.Id, clip.Words)))
            .Where(clip => $"{clip.language}/{clip.Id}".StartsWith(only, StringComparison.Ordinal));

    internal static string Folder(string root) => Path.Combine(root, "artifacts", "voices");

    /// <summary>Clips that one start of ffmpeg handles.</summary>
    internal const int Together = 24;

    /// <returns>Null: no HTS voice; it was said on standard error.</returns>
    internal static async Task<JapaneseVoice?> JapaneseAsync(string root, string given, double pace, CancellationToken stop)
    {
        if (VoiceFile.Find(given, root) is string file)
            return new(await SpeechDictionary.MakeAsync(Path.Combine(root, "artifacts", "speech-dictionary"), stop), file, pace);
        await Console.Error.WriteLineAsync($"{VoiceFile.Name} was not found: Japanese is spoken by espeak-ng, without accents. "
            + "./dev voices add fetches it");
        return null;
    }

    private static async Task<int> MakeAsync(string root, string given, double pace, string only, CancellationToken stop)
    {
        JapaneseVoice? japanese = await JapaneseAsync(root, given, pace, stop);
        ClipMaker maker = new(Folder(root), japanese, pace);
        int made = 0, all = 0;
        ParallelOptions both = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop };
        await Parallel.ForEachAsync(Clips(only).Chunk(Together), both, async (clips, cancel) =>
        {
            Interlocked.Add(ref made, await maker.MakeAsync(clips, cancel));
            int now = Interlocked.Add(ref all, clips.Length);
            if (now / 200 > (now - clips.Length) / 200) await Console.Error.WriteLineAsync($"{now} clips, {made} made");
        });
        if (japanese is not null) await File.WriteAllTextAsync(Path.Combine(Folder(root), "NOTICE.txt"), VoiceFile.Terms + "\n", stop);
        Console.WriteLine($"{all} clips in {Folder(root)}; {made} made, {all - made} kept; Japanese by "
            + (japanese is null ? "espeak-ng, without accents" : "Open JTalk, with accents"));
        return 0;
    }

    private static async Task<int> AddAsync(string root, CancellationToken stop)
    {
        Console.WriteLine(VoiceFile.Terms);
        Console.Write("Fetch it? (yes/no) ");
        if (Console.ReadLine()?.Trim() is not ("yes" or "y")) throw new InvalidOperationException("nothing was fetched; it needs a yes");
        Console.WriteLine(await VoiceFile.FetchAsync(root, stop));
        return 0;
    }

    /// <summary>A missing tool or an unreachable address is one line, not a stack trace.</summary>
    private static async Task<int> Guard(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync("voices: " + wrong.Message);
            return 2;
        }
    }
}
