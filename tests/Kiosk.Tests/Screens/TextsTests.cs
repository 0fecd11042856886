using System.Text;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;
using Kiosk.Core;
using Kiosk.Core.Faces;

namespace Kiosk.Tests.Screens;

public sealed class TextsTests
{
    public static TheoryData<string> Languages { get; } = new(Texts.Languages);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_language_has_every_text(string language)
    {
        Assert.Equal(Texts.Of("ja").Keys.Order(), Texts.Of(language).Keys.Order());
        Assert.All(Texts.Of(language).Keys, key => Assert.NotEqual("", Texts.Of(language)[key].Trim()));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_text_takes_the_same_values_in_every_language(string language) => Assert.All(
        Texts.Of("ja").Keys.Where(key => key != "date"),
        key => Assert.Equal(Values(Texts.Of("ja")[key]), Values(Texts.Of(language)[key])));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_failure_and_every_guidance_has_words(string language)
    {
        Texts texts = Texts.Of(language);
        Assert.All(Enum.GetNames<Failure>(), name => Assert.True(texts.Has($"failure.{name}") && texts.Has($"failure.{name}.next"), name));
        Assert.All(Enum.GetNames<FaceGuidance>(), name => Assert.True(texts.Has($"guidance.{name}"), name));
    }

    [Fact]
    public async Task No_text_is_without_a_screen()
    {
        StringBuilder shown = new();
        foreach (string name in Samples.Names) shown.Append(await Draw.HtmlAsync(Samples.View(name)));
        string all = Regex.Replace(shown.ToString(), "<rt>[^<]*</rt>|</?ruby>", "");
        string[] notShown = ["language.order", "consent.other.name"];   // order: of the buttons; name: only beside a newer catalogue's other items
        Assert.All(Texts.Of("ja").Keys.Except(notShown), key =>
            Assert.All(Regex.Split(Texts.Of("ja")[key], @"\{\d\}"), piece => Assert.Contains(piece, all, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Values(string text) => Regex.Matches(text, @"\{\d\}").Select(match => match.Value).Distinct().Order();
}
