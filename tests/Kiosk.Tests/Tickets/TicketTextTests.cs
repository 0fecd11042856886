using Kiosk.App.Screens;
using Kiosk.App.Tickets;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Devices.TicketPrinter;
using Kiosk.Simulators.TicketPrinter;

namespace Kiosk.Tests.Tickets;

/// <summary>What stands on a ticket, as the simulated printer reads it.</summary>
public sealed class TicketTextTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 0, 12, 0, TimeSpan.Zero);

    private static readonly DateOnly s_ends = new(2027, 1, 15);

    private static Ending.Accepted Accepted => new(7, CertificateStatus.Valid, s_ends, InsuranceState.Valid);

    public static TheoryData<string> Languages { get; } = new(Texts.Languages);

    [Fact]
    public void Number_time_and_what_to_do_next() =>
        Assert.Equal(["受付番号", "7", "2026年11月29日 9:12", "お掛けになって、お待ちください。"], Printed(Accepted).Lines);

    [Fact]
    public void The_answer_of_the_site_is_on_the_ticket() =>
        Assert.Equal(
            ["Your queue number", "A-12", "Reception number 7", "29 November 2026 9:12", "Next, please go here:", "内科"],
            Printed(Accepted with { Site = new("内科", "A-12", false) }, "vi").Lines);

    [Fact]
    public void A_certificate_that_ends_has_its_last_day_the_papers_and_the_code()
    {
        PrintedTicket ticket = Printed(Accepted with { Certificate = CertificateStatus.Expiring });
        Assert.Contains("カードの電子証明書は2027年1月15", string.Concat(ticket.Lines), StringComparison.Ordinal);
        Assert.Contains("カードと暗証番号を用意して", string.Concat(ticket.Lines), StringComparison.Ordinal);
        Assert.Equal([SitePolicy.OfficialRenewalPage], ticket.Codes);
    }

    /// <summary>
    /// Every ending, in every language: the number is there, the paper is wide enough, and no reason why the desk is needed.
    /// </summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void A_ticket_fits_and_tells_nothing_of_the_insurance(string language)
    {
        Texts texts = Texts.For(language.StartsWith("ja", StringComparison.Ordinal) ? language : "en");
        string[] reasons = [.. texts.Keys.Where(k => k.StartsWith("ending.desk.", StringComparison.Ordinal))
            .Where(k => k != "ending.desk.title").Append("ending.received.title").Select(k => texts[k])];
        SiteAnswer?[] answers = [null, new("内科", "", false), new("", "WWWW-8888-WW", false), new("", "", true),
            new(new string('科', 40), "1", false)];
        foreach (InsuranceState state in Enum.GetValues<InsuranceState>())
        {
            foreach (SiteAnswer? answer in answers)
            {
                foreach (AfterCheckIn next in Enum.GetValues<AfterCheckIn>())
                {
                    PrintedTicket ticket = Printed(
                        new Ending.Accepted(108, CertificateStatus.Grace, s_ends, state) { Site = answer, PrescriptionAtDesk = true },
                        language, next);
                    Assert.InRange(ticket.WidestDots, 1, 384);
                    Assert.Contains(ticket.Lines, line => line.Contains("108", StringComparison.Ordinal));
                    if (answer is { QueueNumber.Length: > 0 }) Assert.Contains(answer.QueueNumber, ticket.Lines);
                    Assert.All(reasons, reason => Assert.DoesNotContain(reason, string.Concat(ticket.Lines), StringComparison.Ordinal));
                    Assert.DoesNotContain("〓", string.Concat(ticket.Lines), StringComparison.Ordinal);
                    Assert.DoesNotContain("{", string.Concat(ticket.Lines), StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Characters_that_the_printer_does_not_have_and_commands_in_a_text_do_no_harm()
    {
        PrintedTicket ticket = Read(new([new TicketPart.Line("𠮷\u001b@\u001dV\u0000 é\n内")]));
        Assert.Equal(["〓@V 〓内"], ticket.Lines.Select(line => line.Replace("〓〓", "〓", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("one two three four five six seven eight nine ten")]
    [InlineData("12345678901234567890123456789012345678901234567890")]
    [InlineData("漢字がまざった long な line で、句読点。もある とても長い文です")]
    public void A_long_line_is_broken_and_nothing_is_lost(string words)
    {
        for (int scale = 0; scale <= 6; scale++)
        {
            PrintedTicket ticket = Read(new([new TicketPart.Line(words, scale)]));
            Assert.Equal(words.Replace(" ", "", StringComparison.Ordinal),
                string.Concat(ticket.Lines).Replace(" ", "", StringComparison.Ordinal));
            Assert.InRange(ticket.WidestDots, 0, 384);
        }
    }

    private static PrintedTicket Printed(Ending.Accepted ending, string language = "ja", AfterCheckIn next = AfterCheckIn.Wait) =>
        Read(TicketText.For(ending, SitePolicy.Default with { Next = next }, language, s_now));

    private static PrintedTicket Read(Ticket ticket) => Assert.Single(EscPosReader.Read(EscPos.Bytes(ticket)));
}
