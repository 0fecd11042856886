using System.Text;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;
using Kiosk.Core;

namespace Kiosk.Tests.Screens;

public sealed class ScreenTests
{
    public static IEnumerable<object[]> Everything { get; } =
        Samples.Names.SelectMany(name => Texts.Languages.Select(language => new object[] { name, language }));

    public static IEnumerable<Type> States { get; } =
        typeof(VisitState).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(VisitState)) && !type.IsAbstract);

    [Fact]
    public void Every_state_has_a_sample_and_a_screen_of_its_own()
    {
        Assert.Equal(States.Select(type => type.Name).Order(), Samples.All.Select(sample => sample.State.GetType().Name)
            .Distinct().Order());
        Assert.All(Samples.All, sample => Assert.Equal(sample.State.GetType().Name, ScreenTable.ComponentFor(sample.State).Name));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_screen_has_one_heading_one_way_to_staff_and_the_languages(string sample, string language)
    {
        string html = await Draw.HtmlAsync(Samples.View(sample, language));
        Assert.Equal(1, Draw.Count(html, "<h1"));
        Assert.Equal(1, Draw.Count(html, "data-i=\"staff\""));
        Assert.Single(Regex.Matches(html, "<button[^>]*class=\"quiet language\"[^>]*aria-pressed=\"true\""));
        Assert.Contains("data-i=\"lang:ja\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Every_button_is_a_button_and_does_something(string sample, string language)
    {
        string html = await Draw.HtmlAsync(Samples.View(sample, language));
        IReadOnlyList<string> ids = Draw.ButtonIds(html);
        Assert.Equal(ids.Count, Draw.Count(html, "<button type=\"button\""));
        Assert.All(ids, id => Assert.NotNull(Buttons.Find(Encoding.ASCII.GetBytes(id))));
        Assert.DoesNotContain("disabled", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Nothing_inline_and_nothing_unfilled(string sample, string language)
    {
        string html = await Draw.HtmlAsync(Samples.View(sample, language));
        Assert.DoesNotMatch("(?i)<script|<style|<input|style=|\\son[a-z]+=|javascript:", html);
        Assert.DoesNotMatch(@"\{\d\}|\{[^}]*\|", html);
    }

    [Fact]
    public async Task Whoever_has_a_card_in_can_always_leave()
    {
        // While the centre is awaited the check-in is stored: there is nothing left to cancel, and the wait ends by itself.
        foreach ((string name, VisitState state) in Samples.All.Where(sample =>
            Visit.IsUnderWay(sample.State) && sample.State is not (VisitState.TakeCard or VisitState.AwaitingInsurance)))
            Assert.Contains("data-i=\"cancel\"", await Draw.HtmlAsync(Samples.View(name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_button_of_the_table_is_without_a_screen()
    {
        HashSet<string> shown = [];
        foreach (string name in Samples.Names) shown.UnionWith(Draw.ButtonIds(await Draw.HtmlAsync(Samples.View(name))));
        shown.UnionWith(Draw.ButtonIds(await Draw.HtmlAsync(Samples.Curtain())));
        UiView looks = Samples.View("looks") with { HasLight = true };
        shown.UnionWith(Draw.ButtonIds(await Draw.HtmlAsync(looks)));
        shown.UnionWith(Draw.ButtonIds(await Draw.HtmlAsync(looks with { Display = looks.Display with { Calm = true } })));
        // The page of languages has its button from the third language on.
        string[] notYet = Texts.Languages.Count > 2 ? [] : ["languages"];
        Assert.Equal(Buttons.Ids.Except(notYet).Order(), shown.Order());
    }

    [Theory]
    [InlineData("choosing-nopin", "pin")]
    [InlineData("choosing-no-photo", "face")]
    [InlineData("choosing-staff-only", "face")]
    [InlineData("last-try-no-face", "face")]
    [InlineData("pin-blocked-no-face", "face")]
    [InlineData("take-accepted", "cancel")]
    public async Task What_cannot_be_had_is_not_offered(string sample, string id) =>
        Assert.DoesNotContain(id, Draw.ButtonIds(await Draw.HtmlAsync(Samples.View(sample))));

    [Fact]
    public async Task After_faces_that_missed_the_pin_comes_first()
    {
        Assert.Equal(["face", "pin", "visual"], (await MainIdsAsync("choosing")).Take(3));
        Assert.Equal(["pin", "face", "visual"], (await MainIdsAsync("choosing-face-missed")).Take(3));
    }

    private static async Task<IReadOnlyList<string>> MainIdsAsync(string sample)
    {
        string html = await Draw.HtmlAsync(Samples.View(sample));
        return Draw.ButtonIds(html[html.IndexOf("<main", StringComparison.Ordinal)..]);
    }
}
