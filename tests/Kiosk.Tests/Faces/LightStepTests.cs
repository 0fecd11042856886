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
    private static readonly LightStep[] All = [.. LightStep.AllOrders().SelectMany(order => order).Distinct()];

    [Fact]
    public void Every_order_has_each_side_and_the_whole_page_once()
    {
        string[] orders = [.. LightStep.AllOrders().Select(o => string.Join(' ', o))];
        Assert.Equal(240, orders.Distinct().Count());
        Assert.All(LightStep.AllOrders(), order =>
        {
            Assert.Equal(LightStep.Count, order.Select(s => s.Side).Distinct().Count());
            Assert.All(order, s => Assert.True(s.Hue == LightHue.Warm || s.Side == LightSide.Whole));
            Assert.DoesNotContain(order, s => s.Side == LightSide.Even || s.Hue == LightHue.White);
        });
        Random random = new(1);
        HashSet<string> seen = [.. Enumerable.Range(0, 6000).Select(_ => string.Join(' ', LightStep.RandomOrder(random.Next)))];
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
        double[] shown = [.. from step in All from x in (double[])[-1, 0, 1] from y in (double[])[-1, 0, 1] let c = step.At(x, y)
            select (0.2126 * c.Red) + (0.7152 * c.Green) + (0.0722 * c.Blue)];
        Assert.True(shown.Max() - shown.Min() < 0.1, "WCAG 2.2: a flash is a change of luminance by a tenth of white");
    }

    [Fact]
    public void No_tint_is_a_saturated_red() => Assert.All(All, step =>
    {
        (double red, double green, double blue) = step.At(0, 0);
        Assert.True(red / (red + green + blue) < 0.8, "WCAG 2.2, red flash");
    });

    [Fact]
    public void The_status_light_changes_its_hue_as_well()
    {
        Assert.Contains(All, s => s.Lamp == LightHue.Warm);
        Assert.Contains(All, s => s.Lamp == LightHue.Cool);
    }

    [Fact]
    public void The_style_sheet_shows_the_light_that_the_check_computes()
    {
        string css = Encoding.ASCII.GetString(PanelCss.For(217));
        foreach (LightStep step in All)
        {
            string name = $".lit-{step.Side}-{step.Hue}::before".ToLowerInvariant();
            Match rule = Regex.Match(css, Regex.Escape(name) + @"{background:(?:linear-gradient\(in srgb-linear to (\w+),)?"
                + @"(?:color\(srgb-linear ([\d. ]+)\)(?: 35%,| 65%\))?)+}");
            Assert.True(rule.Success, $"{step} in {css}");
            (double X, double Y) towards = rule.Groups[1].Value switch
            {
                "left" => (-1, 0),
                "right" => (1, 0),
                "top" => (0, -1),
                "bottom" => (0, 1),
                "" => (0, 0),
                string other => throw new InvalidDataException(other),
            };
            (double X, double Y)[] ends = step.Side is LightSide.Whole ? [towards] : [(-towards.X, -towards.Y), towards];
            double[] expected = [.. ends.Select(e => step.At(e.X, e.Y)).SelectMany(c => (double[])[c.Red, c.Green, c.Blue])];
            double[] shown = [.. rule.Groups[2].Captures.SelectMany(c => c.Value.Split(' '))
                .Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
            Assert.Equal(expected.Length, shown.Length);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], shown[i], 3);
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
