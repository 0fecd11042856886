using Kiosk.Lab.Desk;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Tests.Simulated;

public sealed class CardGroupsTests
{
    [Fact]
    public void Every_card_of_the_box_has_a_row_and_the_ordinary_one_is_first()
    {
        (string Row, string Name, string What)[] shelf = [.. CardGroups.Sort([.. VirtualCards.All.Select(card => (card.Name, card.What))])];
        Assert.Equal("standard", shelf[0].Name);
        Assert.Equal(VirtualCards.All.Select(card => card.Name), shelf.Select(card => card.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(shelf, card => card.Row == CardGroups.Others);
        Assert.Equal(shelf.Select(card => card.Row).Distinct().Count(), shelf.Zip(shelf.Skip(1))
            .Count(pair => pair.First.Row != pair.Second.Row) + 1);
    }

    [Fact]
    public void A_card_that_no_row_names_comes_last() =>
        Assert.Equal([(CardGroups.Others, "mine.json", "")], CardGroups.Sort([("mine.json", ""), ("standard", "")]).Skip(1));
}
