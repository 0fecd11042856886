using Kiosk.Lab.Voices;

namespace Kiosk.Tests.Voices;

public sealed class SpelledTests
{
    [Theory]
    [InlineData("{受付|うけつけ}は まだです", "受付はまだです")]
    [InlineData("眼鏡の方は外して", "眼鏡のかたは外して")]
    [InlineData("台の上にカードが見えません。", "だいの上にカードが見えません。")]
    [InlineData("1日", "ついたち")]
    [InlineData("11日", "11日")]
    public void The_engine_gets_kanji_without_spaces_and_spelled_out_where_it_reads_wrongly(string text, string spelled) =>
        Assert.Equal(spelled, JapaneseVoice.Spelled(text));

    [Theory]
    [InlineData("{受付|うけつけ}は まだです。", "ウケツケハマダデス")]
    [InlineData("カードを {4|よっ}つ", "カードヲヨッツ")]
    [InlineData("受付は まだです", null)]
    [InlineData("1950年", null)]
    public void A_reading_is_compared_only_where_the_text_gives_all_of_it(string text, string? reading) =>
        Assert.Equal(reading, JapaneseVoice.WrittenReading(text));

    [Fact]
    public void Another_file_than_the_pinned_voice_is_not_used() => Assert.False(VoiceFile.IsGenuine([1, 2, 3]));
}
