using System.Reflection;
using Kiosk.Core.Cards;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>
/// 個人番号: the two files that hold it cannot be selected. Applications and files are closed lists without them; the program does not
/// contain the AID of the other application; and no virtual card received such a command in any test visit (the fuzz target
/// <c>session</c> checks the same with hostile cards).
/// </summary>
public sealed class NumberFileTests
{
    private static readonly byte[] TextAid = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

    [Fact]
    public void The_lists_are_closed_and_do_not_contain_them()
    {
        foreach (Type list in (Type[])[typeof(CardApp), typeof(ElementaryFile)])
            Assert.All(list.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
                c => Assert.True(c.IsPrivate));

        Assert.Equal(
            ["JPKI", "common", "licence", "residence", "visual"], Listed<CardApp>().Select(a => a.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Listed<CardApp>(), app => app.Aid.SequenceEqual(TextAid));
        Assert.Equal(
            ["JPKI 0006", "JPKI 0008", "JPKI 000A", "JPKI 0016", "JPKI 0017", "JPKI 0018",
                "common 0001", "visual 0002", "visual 0004", "visual 0012"],
            Listed<ElementaryFile>().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(typeof(CardApp))]
    [InlineData(typeof(Devices.CardReader.PcscCardReader))]
    public void The_program_does_not_contain_the_AID_of_the_other_application(Type anyOfIt)
    {
        byte[] program = File.ReadAllBytes(anyOfIt.Assembly.Location);
        Assert.Equal(-1, program.AsSpan().IndexOf(TextAid));
    }

    /// <summary>Shows that the search works: it finds the AID of an application that is used.</summary>
    [Fact]
    public void The_search_finds_an_AID_that_is_there() =>
        Assert.NotEqual(-1, File.ReadAllBytes(typeof(CardApp).Assembly.Location).AsSpan().IndexOf(CardApp.CardFace.Aid));

    [Fact]
    public void A_file_of_an_application_that_is_not_selected_is_a_program_fault_and_is_not_sent()
    {
        VirtualCard card = Card("standard");
        using InProcessChannel channel = new(card, LinkModel.None);
        using CardLink link = new(channel, new ReadLength(false));
        link.MustSelect(CardApp.CardFace);
        // 0001 is the age record in the visual application and 個人番号 in the text application.
        Assert.Throws<System.Diagnostics.UnreachableException>(() => link.Select(ElementaryFile.CommonInfo));
        Assert.Empty(card.SelectedFiles);
    }

    [Fact]
    public void A_read_never_has_a_short_file_id() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CardCommands.Read(0x8500, 1).Length);

    [Fact]
    public async Task In_no_visit_and_with_no_fault_are_these_files_selected()
    {
        string[] never =
        [
            "D3921000310001010402/0005", "D3921000310001010402/0013",
            "D392F000260100000001/001A", "D392F000260100000001/001B", "D392F000260100000001/0001",
        ];
        string[] faults = ["none", "status 6982 20", "garbage 30", "status 6A82 9", "shorter 1 40", "status 6C10 25", "pull-at 50"];
        foreach (string fault in faults)
        {
            VirtualCard card = Card("standard");
            card.Faults = CardFaults.Parse(fault.Split(' '));
            await using CardKiosk kiosk = new(number: () => card.PrintedNumber);
            kiosk.Reader.Insert(card);
            await kiosk.VisitAsync(new(["9999", "1234"]), afterPhoto: true);
            kiosk.Reader.Remove();
            await kiosk.IdleAsync(card);
            Assert.NotEmpty(card.SelectedFiles);
            Assert.DoesNotContain(card.SelectedFiles,
                file => never.Contains(file) || file.StartsWith("D3921000310001010408", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<T> Listed<T>() =>
        typeof(T).GetProperties(BindingFlags.Static | BindingFlags.Public)
            .Where(p => p.PropertyType == typeof(T)).Select(p => (T)p.GetValue(null)!);
}
