using Kiosk.App.Screens;
using Kiosk.Lab.Voices;
using Kiosk.Tests;

namespace Kiosk.Processes.Voices;

/// <summary>Open JTalk with our words, where it and the voice are on the machine (./dev voices installs the engine).</summary>
public sealed class JapaneseVoiceTests(JapaneseVoiceTests.Dictionary dictionary) : IClassFixture<JapaneseVoiceTests.Dictionary>
{
    /// <summary>Made once for all tests: it takes seconds and 100 MB.</summary>
    public sealed class Dictionary : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-voice-").FullName;
        private Task<string>? _made;

        public Task<string> MakeAsync() =>
            _made ??= SpeechDictionary.MakeAsync(Path.Combine(_folder, "dictionary"), CancellationToken.None);

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public async Task No_text_is_read_by_a_wrong_reading()
    {
        JapaneseVoice voice = await VoiceAsync();
        List<string> wrong = [];
        int compared = 0;
        foreach ((string id, string words) in Spoken.All(Texts.For("ja-easy")))
        {
            // The text itself says how each kanji is read.
            if (id.StartsWith("spell.", StringComparison.Ordinal)) continue;
            if (JapaneseVoice.WrittenReading(words) is not { Length: > 0 } right) continue;
            compared++;
            string read = await voice.ReadingAsync(words, CancellationToken.None);
            if (read != right) wrong.Add($"{id}: read {read}, written {right}");
        }
        Assert.InRange(compared, 150, 1000);
        Assert.Empty(wrong);
    }

    [SkippableTheory]
    [InlineData("マイナンバーカードを置いてください", "マイナンバーカードヲオイテクダサイ")]
    [InlineData("資格確認書をお持ちください", "シカクカクニンショヲオモチクダサイ")]
    [InlineData("限度額の情報", "ゲンドガクノジョウホウ")]
    [InlineData("台の上にカードが見えません。", "ダイノウエニカードガミエマセン")]
    [InlineData("眼鏡の方は外してください", "メガネノカタハハズシテクダサイ")]
    [InlineData("1日", "ツイタチ")]
    [InlineData("2日", "フツカ")]
    [InlineData("14日", "ジュウヨッカ")]
    [InlineData("20日", "ハツカ")]
    [InlineData("4つのうち 1つめ", "ヨッツノウチヒトツメ")]
    [InlineData("9月", "クガツ")]
    [InlineData("市区町村の窓口で", "シクチョウソンノマドグチデ")]
    public async Task Our_words_days_and_counters_are_read_as_people_read_them(string text, string reading) =>
        Assert.Equal(reading, await (await VoiceAsync()).ReadingAsync(text, CancellationToken.None));

    private async Task<JapaneseVoice> VoiceAsync()
    {
        Skip.IfNot(File.Exists("/usr/bin/open_jtalk") && File.Exists("/usr/lib/mecab/mecab-dict-index"), "Open JTalk is not installed");
        string? file = VoiceFile.Find("", Golden.Root());
        Skip.If(file is null, $"{VoiceFile.Name} is not on this machine");
        return new(await dictionary.MakeAsync(), file!, 0.9);
    }
}
