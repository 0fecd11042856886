using System.Text;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.Core;

namespace Kiosk.Tests.Screens;

public sealed class PinKeysTests
{
    [Fact]
    public void A_deal_holds_every_digit_once_and_finds_it_again()
    {
        PinKeys pad = PinKeys.Shuffled();
        Assert.Equal(Enumerable.Range(0, 10), Enumerable.Range(0, 10).Select(slot => pad.DigitAt(slot)!.Value).Order());
        Assert.All(Enumerable.Range(0, 10), digit => Assert.Equal(digit, pad.DigitAt(pad.SlotOf(digit))));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    public void A_slot_that_does_not_exist_has_no_digit(int slot) => Assert.Null(PinKeys.Usual.DigitAt(slot));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_page_is_the_same_whatever_digits_were_typed(bool shuffled)
    {
        ShownPort visit = new();
        using UiPort port = new(visit, new(ShufflePad: shuffled), TimeProvider.System);
        UiView view = Samples.View("pin-0") with { Pad = port.Current.Pad };
        HashSet<string> pages = [];
        foreach (string slots in new[] { "01", "99", "50" })
        {
            foreach (char slot in slots) port.Take(Encoding.ASCII.GetBytes($"1 key:{slot}"));
            VisitState.EnteringPin typed = (VisitState.EnteringPin)view.State with { Typed = 2 };
            pages.Add(await Draw.HtmlAsync(view with { Visit = new(1, typed) }));
        }
        Assert.Single(pages);
    }
}
