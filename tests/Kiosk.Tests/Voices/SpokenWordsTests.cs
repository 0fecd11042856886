using System.Text.RegularExpressions;
using Kiosk.App.Screens;
using Kiosk.Lab.Voices;

namespace Kiosk.Tests.Voices;

/// <summary>What a synthesiser is given: dates, counts, signs and names as people of that language say them.</summary>
public sealed class SpokenWordsTests
{
    [Theory]
    [InlineData("en", "date.year.2031", "2031", "twenty thirty one")]
    [InlineData("en", "date.day.3", "3", "the third of")]
    [InlineData("ja", "date.day.1", "1日", "ついたち")]
    [InlineData("ja-easy", "date.day.20", "20にち", "はつか")]
    [InlineData("ja", "date.day.31", "31日", "さんじゅういちにち")]
    [InlineData("ko", "date.month.6", "6월", "유월")]
    [InlineData("pt", "date.day.1", "1", "primeiro")]
    [InlineData("vi", "date.month.4", "tháng 4", "tháng tư")]
    public void Dates_are_said_as_people_say_them(string language, string id, string words, string said) =>
        Assert.Equal(said, SpokenWords.For(language, id, words));

    [Theory]
    [InlineData("ko", "4개 중 1번째", "네 개 중 첫 번째")]
    [InlineData("ko", "비밀번호 4자리", "비밀번호 네 자리")]
    [InlineData("ko", "30초 기다리세요", "30초 기다리세요")]
    [InlineData("pt", "Restam 2 tentativas.", "Restam duas tentativas.")]
    [InlineData("vi", "thẻ My Number", "thẻ Mai Năm-bơ")]
    [InlineData("en", "① Birth date (1950\u2060年4\u2060月9\u2060日: 50 04 09)", "1, Birth date (9 April 1950: 5 0, 0 4, 0 9)")]
    [InlineData("pt", "1968年12月24日: 68 12 24", "24 de dezembro de 1968: 6 8, 1 2, 2 4")]
    [InlineData("ja", "5年4月9日は 05 04 09", "5年4月9日は ぜろご、ぜろよん、ぜろきゅう")]
    [InlineData("pt", ". O cartão vale até", "O cartão vale até")]
    public void Counts_dates_inside_a_text_and_foreign_names_are_written_out(string language, string words, string said) =>
        Assert.Equal(said, SpokenWords.For(language, "any", words));

    [Theory]
    [InlineData("请输入4位密码。", "qing3 shu1 ru4 si4 wei4 mi4 ma3.")]
    [InlineData("还可以输入2次。", "hai2 ke3 yi3 shu1 ru4 liang3 ci4.")]
    [InlineData("密码只能再输入1次", "mi4 ma3 zhi3 neng2 zai4 shu1 ru4 yi2 ci4")]
    [InlineData("共4项，第2项", "gong4 si4 xiang4, di4 er4 xiang4")]
    [InlineData("2031年", "er4 ling2 san1 yi1 nian2")]
    [InlineData("12月", "shi2 er4 yue4")]
    [InlineData("30秒", "san1 shi2 miao3")]
    [InlineData("不能使用", "bu4 neng2 shi3 yong4")]
    [InlineData("不正确", "bu2 zheng4 que4")]
    [InlineData("移一点", "yi2 yi4 dian3")]
    [InlineData("处方", "chu3 fang1")]
    [InlineData("读取处", "du2 qu3 chu4")]
    [InlineData("摘下帽子", "zhai1 xia4 mao4 zi5")]
    [InlineData("日为 50 04 09", "ri4 wei2 wu3 ling2, ling2 si4, ling2 jiu3")]
    public void Chinese_is_given_as_pinyin_with_the_tones_that_are_spoken(string words, string pinyin) =>
        Assert.Equal(pinyin, SpokenWords.For("zh", "any", words));

    /// <summary>espeak-ng reads a character that it does not know as an English word, and says nothing about it.</summary>
    [Fact]
    public void Every_chinese_text_has_a_reading() => Assert.All(Spoken.All(Texts.For("zh")), clip =>
        Assert.Matches("^[a-zü1-5 ,.]+$", SpokenWords.For("zh", clip.Id, clip.Words)));

    [Fact]
    public void A_character_without_a_reading_is_named() =>
        Assert.Contains("龘", Assert.Throws<InvalidOperationException>(() => SpokenWords.For("zh", "any", "龘")).Message,
            StringComparison.Ordinal);

    /// <summary>Kanji in a Korean, Portuguese, Vietnamese or English clip are spoken as "Chinese letter".</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    [InlineData("pt")]
    [InlineData("vi")]
    public void No_kanji_are_left_for_a_voice_that_cannot_read_them(string language) => Assert.All(
        Spoken.All(Texts.For(language)), clip => Assert.DoesNotMatch(new Regex(@"[\p{IsCJKUnifiedIdeographs}①-⑳{}]"),
            SpokenWords.For(language, clip.Id, clip.Words)));

    /// <summary>The table names clips; one that no language has any more is a mistake.</summary>
    [Fact]
    public void Every_line_of_the_table_of_clips_is_a_clip() => Assert.All(SpeechDictionary.Rows("said.tsv"), row =>
        Assert.Contains(Spoken.All(Texts.For(row[0])), clip => clip.Id == row[1]));
}
