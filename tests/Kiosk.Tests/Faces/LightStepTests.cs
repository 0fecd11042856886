using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.Core.Faces;

namespace Kiosk.Tests.Faces;

/// <summary>The steps of the light: random, gentle, and the same for the page and for the check.</summary>
public sealed class LightStepTests
{
    private static readonly LightStep[] All =
        [.. from side in Enum.GetValues<LightSide>() where side != LightSide.Even
            from hue in (LightHue[])[LightHue.Warm, LightHue.Cool] select new LightStep(side, hue)];

    [Fact]
    public void Every_order_has_each_side_once_and_two_steps_of_each_hue()
    {
        string[] orders = [.. LightStep.AllOrders().Select(o => string.Join(' ', o))];
        Assert.Equal(144, orders.Distinct().Count());
        Assert.All(LightStep.AllOrders(), order =>
        {
            Assert.Equal(4, order.Select(s => s.Side).Distinct().Count());
            Assert.Equal(2, order.Count(s => s.Hue == LightHue.Warm));
            Assert.DoesNotContain(order, s => s.Side == LightSide.Even || s.Hue == LightHue.White);
        });
        Random random = new(1);
        HashSet<string> seen = [.. Enumerable.Range(0, 3000).Select(_ => string.Join(' ', LightStep.RandomOrder(random.Next)))];
        Assert.Equal(orders.ToHashSet(), seen);
    }

    [Fact]
    public void No_step_flashes_more_than_three_times_a_second() =>
        Assert.True(LightStep.Hold >= TimeSpan.FromSeconds(1 / 3.0), "WCAG 2.2, 2.3.1; and not faster than 3 steps a second");

    [Fact]
    public void Black_text_stays_readable_everywhere_in_every_step()
    {
        foreach (LightStep step in All)
        {
            foreach ((double x, double y) in ((double, double)[])[(-1, -1), (1, -1), (-1, 1), (1, 1), (0, 0)])
            {
                (double red, double green, double blue) = step.At(x, y);
                double luminance = (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
                Assert.True((luminance + 0.05) / 0.05 >= 10, $"{step}: {luminance}");
                Assert.InRange(Math.Max(red, Math.Max(green, blue)), 0, 1);
            }
        }
    }

    [Fact]
    public void The_light_of_all_steps_is_about_the_same()
    {
        double[] means = [.. All.Select(s => s.At(0, 0)).Select(c => (0.2126 * c.Red) + (0.7152 * c.Green) + (0.0722 * c.Blue))];
        Assert.True(means.Max() - means.Min() < 0.1, "a step that is brighter than the others would be a flash");
    }

    [Fact]
    public void The_style_sheet_shows_the_light_that_the_check_computes()
    {
        string css = Encoding.ASCII.GetString(PanelCss.For(217));
        foreach (LightStep step in All)
        {
            Match rule = Regex.Match(css, $@"\.lit-{step.Side}-{step.Hue}::before{{background:linear-gradient\(in srgb-linear to (\w+),"
                + @"color\(srgb-linear ([\d.]+) ([\d.]+) ([\d.]+)\),color\(srgb-linear ([\d.]+) ([\d.]+) ([\d.]+)\)\)}",
                RegexOptions.IgnoreCase);
            Assert.True(rule.Success, $"{step} in {css}");
            double[] numbers = [.. Enumerable.Range(2, 6).Select(i => double.Parse(rule.Groups[i].Value, CultureInfo.InvariantCulture))];
            (double x, double y) towards = rule.Groups[1].Value switch
            {
                "left" => (-1, 0),
                "right" => (1, 0),
                "top" => (0, -1),
                "bottom" => (0, 1),
                string other => throw new InvalidDataException(other),
            };
            (double red, double green, double blue) = step.At(-towards.x, -towards.y);
            (double brightRed, double brightGreen, double brightBlue) = step.At(towards.x, towards.y);
            double[] expected = [red, green, blue, brightRed, brightGreen, brightBlue];
            for (int i = 0; i < 6; i++) Assert.Equal(expected[i], numbers[i], 3);
        }
    }

    [Theory]
    [InlineData(true, false, Contrast.Standard)]
    [InlineData(false, true, Contrast.Standard)]
    [InlineData(false, false, Contrast.Black)]
    public void A_calm_hidden_or_black_screen_allows_no_steps(bool calm, bool curtain, Contrast contrast)
    {
        Display asked = new("ja", Contrast: contrast, Curtain: curtain, Calm: calm);
        Assert.False(asked.AllowsLight);
        Assert.True(new Display("ja").AllowsLight);
        Assert.True(new Display("ja", Contrast: Contrast.White).AllowsLight);
    }
}
