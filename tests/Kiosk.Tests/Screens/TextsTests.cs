using System.Text;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;

namespace Kiosk.Tests.Screens;

public sealed class TextsTests
{
    public static TheoryData<string> Languages { get; } = new(Texts.Languages);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_language_has_every_text(string language)
    {
        Assert.Equal(Texts.For("ja").Keys.Order(), Texts.For(language).Keys.Order());
        Assert.All(Texts.For(language).Keys, key => Assert.NotEqual("", Texts.For(language)[key].Trim()));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_text_takes_the_same_values_in_every_language(string language) => Assert.All(
        Texts.For("ja").Keys.Where(key => key != "date"),
        key => Assert.Equal(Values(Texts.For("ja")[key]), Values(Texts.For(language)[key])));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_failure_and_every_guidance_has_words(string language)
    {
        Texts texts = Texts.For(language);
        Assert.All(Enum.GetNames<Failure>(), name => Assert.True(texts.Has($"failure.{name}") && texts.Has($"failure.{name}.next"), name));
        Assert.All(Enum.GetNames<FaceGuidance>(), name => Assert.True(texts.Has($"guidance.{name}"), name));
    }

    [Fact]
    public void The_seven_languages_are_there() =>
        Assert.Equal(["ja", "en", "ja-easy", "zh", "ko", "pt", "vi"], Texts.Languages);

    /// <summary>A text that stands in another language's words would be a fallback nobody noticed.</summary>
    [Theory]
    [InlineData("en", "ja")]
    [InlineData("zh", "ja")]
    [InlineData("ko", "ja")]
    [InlineData("pt", "en")]
    [InlineData("vi", "en")]
    [InlineData("ja-easy", "ja")]
    public void A_language_has_words_of_its_own(string language, string other) => Assert.All(
        Texts.For(language).Keys.Where(key => !SameEverywhere.IsMatch(key)),
        key => Assert.NotEqual(Texts.For(other)[key], Texts.For(language)[key]));

    /// <summary>Names, patterns, staff's own line, and the shortest words.</summary>
    private static readonly Regex SameEverywhere = new("^(visual.staff|language.tag|step.3|phone.android|phone.iphone|"
        + "date|yes|no|looks.sample|looks.(low|size|contrast).*|date.*|consent.TKK.name)$");

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_language_is_written_in_its_own_script(string language)
    {
        if (language.StartsWith("ja", StringComparison.Ordinal)) return;
        Assert.All(Texts.For(language).Keys.Where(key => key is not ("visual.staff" or "number.1")), key =>
            Assert.DoesNotMatch("[\u3041-\u3096\u30a1-\u30fa]", Texts.For(language)[key]));
        if (language == "ko")
            Assert.All(Texts.For(language).Keys.Where(key => key is not ("visual.staff" or "number.1")), key =>
                Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", Texts.For(language)[key]));
    }

    /// <summary>Two texts of one id would be one clip that says the wrong one.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Every_clip_has_an_id_of_its_own_and_what_the_screens_say_is_in_the_list(string language)
    {
        string[] ids = [.. Spoken.All(Texts.For(language)).Select(clip => clip.Id)];
        Assert.Equal(ids.Distinct(), ids);
        HashSet<string> said = [];
        foreach (string name in Samples.Names)
        {
            string html = await Draw.HtmlAsync(Samples.View(name, language));
            foreach (Match match in Regex.Matches(html, "data-s=\"([^\"]*)\""))
                said.UnionWith(match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        // Spelt by its digits; staff's own line and number, and the sample letter, are for eyes.
        Assert.Empty(said.Where(id => !Regex.IsMatch(id, @"^(spell\..*|code\.x|visual\.staff|looks\.sample)$")).Except(ids));
        Assert.Contains(said, id => id.StartsWith("date.year.", StringComparison.Ordinal));
    }

    /// <summary>The guideline of 入管庁 and 文化庁: short sentences, a reading on every kanji, spaces between phrases.</summary>
    [Fact]
    public void Easy_japanese_is_easy()
    {
        Texts easy = Texts.For("ja-easy");
        Assert.All(easy.Keys.Where(key => key is not ("visual.staff" or "date.months")), key =>
        {
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", Regex.Replace(easy[key], @"\{[^|{}]+\|[^{}]+\}", ""));
            string read = Regex.Replace(easy[key], @"\{([^|{}]+)\|[^{}]+\}", "$1");
            Assert.All(Regex.Split(read, "(?<=[。！？])"), sentence => Assert.InRange(Regex.Count(sentence, @"[\p{L}\p{N}]"), 0, 24));
            Assert.All(Regex.Split(read, "[。、]"), phrase =>
                Assert.True(Regex.Count(phrase, @"[\p{L}\p{N}]") <= 16 || phrase.Trim().Contains(' ', StringComparison.Ordinal), phrase));
        });
    }

    [Fact]
    public async Task No_text_is_without_a_screen()
    {
        StringBuilder shown = new();
        foreach (string name in Samples.Names) shown.Append(await Draw.HtmlAsync(Samples.View(name)));
        shown.Append(await Draw.HtmlAsync(Samples.Curtain()));
        shown.Append(await Draw.HtmlAsync(Samples.View("looks") with { HasLight = true }));
        string all = Regex.Replace(shown.ToString(), "<rt>[^<]*</rt>|</?ruby>|<span class=\"(clause|phrase)\">|</span>", "");
        // language.order: of the buttons. consent.other.name: only beside the items of a newer catalogue.
        string[] notShown = ["digit", "language.order", "consent.other.name"];
        Assert.All(Texts.For("ja").Keys.Except(notShown).Where(key => !OnlySaid.IsMatch(key)), key =>
            Assert.All(Regex.Split(Texts.For("ja")[key], @"\{\d\}"), piece => Assert.Contains(piece, all, StringComparison.Ordinal)));
    }

    /// <summary>Parts of a spoken day, and the sound's other levels.</summary>
    private static readonly Regex OnlySaid = new(@"^(date\..*|volume\.[013])$");

    private static IEnumerable<string> Values(string text) =>
        Regex.Matches(text, @"\{\d\}").Select(match => match.Value).Distinct().Order();
}
