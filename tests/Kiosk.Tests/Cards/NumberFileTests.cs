using System.Reflection;
using Kiosk.Core.Cards;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Tests.Cards;

/// <summary>
/// 個人番号: neither file that holds it can be selected. Applications and files come from closed lists; the lists do not have
/// them; the program does not contain the other application's name; and no virtual card ever saw such a command, whatever it said
/// (the fuzz target <c>session</c> watches the same of hostile cards).
/// </summary>
public sealed class NumberFileTests
{
    private static readonly byte[] TextAid = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

    [Fact]
    public void The_lists_are_closed_and_do_not_have_them()
    {
        foreach (Type list in (Type[])[typeof(CardApp), typeof(ElementaryFile)])
            Assert.All(list.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic), c => Assert.True(c.IsPrivate));

        Assert.Equal(["JPKI", "common", "licence", "visual"], Listed<CardApp>().Select(a => a.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Listed<CardApp>(), app => app.Aid.SequenceEqual(TextAid));
        Assert.Equal(
            ["JPKI 0006", "JPKI 0008", "JPKI 000A", "JPKI 0016", "JPKI 0017", "JPKI 0018", "common 0001", "visual 0002", "visual 0004", "visual 0012"],
            Listed<ElementaryFile>().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(typeof(CardApp))]
    [InlineData(typeof(Devices.CardReader.PcscCardReader))]
    public void The_program_does_not_contain_the_name_of_the_other_application(Type anyOfIt)
    {
        byte[] program = File.ReadAllBytes(anyOfIt.Assembly.Location);
        Assert.Equal(-1, program.AsSpan().IndexOf(TextAid));
    }

    /// <summary>The search would find it: the application that is used is there.</summary>
    [Fact]
    public void The_search_finds_what_is_there() =>
        Assert.NotEqual(-1, File.ReadAllBytes(typeof(CardApp).Assembly.Location).AsSpan().IndexOf(CardApp.CardFace.Aid));

    [Fact]
    public void A_file_of_another_application_than_the_one_selected_is_a_bug_and_is_not_sent()
    {
        VirtualCard card = Card("standard");
        using InProcessChannel channel = new(card, LinkModel.None);
        using CardLink link = new(channel, new ReadLength(false));
        link.MustSelect(CardApp.CardFace);
        // 0001 of the visual application is the age record, of the text application 個人番号.
        Assert.Throws<System.Diagnostics.UnreachableException>(() => link.Select(ElementaryFile.CommonInfo));
        Assert.Empty(card.SelectedFiles);
    }

    [Fact]
    public void A_read_never_carries_a_short_file_id() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CardCommands.Read(0x8500, 1).Length);

    [Fact]
    public async Task Whatever_the_patient_does_and_whatever_fails_the_virtual_card_never_sees_them_selected()
    {
        string[] never = ["D3921000310001010402/0005", "D3921000310001010402/0013", "D392F000260100000001/001A", "D392F000260100000001/001B", "D392F000260100000001/0001"];
        foreach (string fault in (string[])["none", "status 6982 20", "garbage 30", "status 6A82 9", "shorter 1 40", "status 6C10 25", "pull-at 50"])
        {
            VirtualCard card = Card("standard");
            card.Faults = CardFaults.Parse(fault.Split(' '));
            await using CardKiosk kiosk = new(number: () => card.PrintedNumber);
            kiosk.Reader.Insert(card);
            await kiosk.VisitAsync(new(["9999", "1234"]), afterPhoto: true);
            kiosk.Reader.Remove();
            await kiosk.IdleAsync(card);
            Assert.NotEmpty(card.SelectedFiles);
            Assert.DoesNotContain(card.SelectedFiles, file => never.Contains(file) || file.StartsWith("D3921000310001010408", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<T> Listed<T>() =>
        typeof(T).GetProperties(BindingFlags.Static | BindingFlags.Public).Where(p => p.PropertyType == typeof(T)).Select(p => (T)p.GetValue(null)!);
}
