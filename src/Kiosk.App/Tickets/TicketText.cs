using System.Globalization;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Tickets;

/// <summary>
/// What stands on a ticket: the number, the time, what to do next, and how to renew a certificate that ends. No name, no insurance, no
/// reason why the desk is needed: patients leave tickets behind. Printers of this kind have Japanese and Latin letters, so Japanese
/// patients read the words of their screen and all others English ones.
/// </summary>
internal static partial class TicketText
{
    private const int LargestScale = 4;

    /// <param name="language">Of the screen.</param>
    /// <param name="at">When it is printed.</param>
    public static Ticket For(Ending.Accepted ending, SitePolicy policy, string language, DateTimeOffset at)
    {
        bool japanese = language.StartsWith("ja", StringComparison.Ordinal);
        Texts texts = Texts.For(japanese ? language : "en");
        DateTimeOffset now = JapanTime.At(at);
        string queue = ending.Site?.QueueNumber ?? "";
        string number = ending.Number.ToString(CultureInfo.InvariantCulture);
        List<TicketPart> parts =
        [
            Line(queue.Length > 0 ? "ending.site.queue" : "ending.accepted.number", centred: true),
            new TicketPart.Line(queue.Length > 0 ? queue : number, LargestScale, Centred: true),
            .. queue.Length > 0 ? [new TicketPart.Line($"{Words("ending.accepted.number")} {number}", Centred: true)]
                : Array.Empty<TicketPart>(),
            new TicketPart.Line(
                $"{Day(DateOnly.FromDateTime(now.DateTime))} {now.ToString("H:mm", CultureInfo.InvariantCulture)}", Centred: true),
            new TicketPart.Gap(),
            .. Next().Select(words => new TicketPart.Line(words)),
        ];
        if (ending.ShowsRenewal) parts.AddRange(Renewal());
        parts.Add(new TicketPart.Gap());
        return new(parts);

        IEnumerable<string> Next()
        {
            if (ending.NeedsDesk || ending.Site is { SeeStaff: true }) return [Words("ending.desk.title")];
            List<string> next = [];
            bool tellsDesk = ending.Insurance is InsuranceState.Valid && policy.Next is AfterCheckIn.TellDesk;
            bool isSent = ending.Site is { Department.Length: > 0 };
            if (tellsDesk || !isSent) next.Add(OwnWords() ?? Words(policy.Next switch
            {
                AfterCheckIn.TellDesk => "ending.telldesk.text",
                AfterCheckIn.TakeTicket => "ending.ticket.text",
                _ => "ending.accepted.text",
            }));
            if (isSent) next.AddRange([Words("ending.site.next"), ending.Site!.Department]);
            if (ending.PrescriptionAtDesk) next.Add(Words("ending.prescription"));
            return next;
        }

        string? OwnWords() => policy.NextTexts?.GetValueOrDefault(texts.Id);

        IEnumerable<TicketPart> Renewal()
        {
            yield return new TicketPart.Gap();
            yield return ending.Certificate is CertificateStatus.Grace
                ? Line("ending.grace", values: [Day(ending.CertificateEnds), Day(CertificateRule.LastUsableDay(ending.CertificateEnds))])
                : Line(ending.ByPhone ? "ending.expiring.phone" : "ending.expiring", values: [Day(ending.CertificateEnds)]);
            yield return Line("ending.renew");
            yield return new TicketPart.Qr(policy.RenewalPage);
        }

        TicketPart.Line Line(string key, bool centred = false, object[]? values = null) => new(Words(key, values ?? []), Centred: centred);

        string Words(string key, params object[] values) =>
            Reading().Replace(string.Format(CultureInfo.InvariantCulture, Reading().Replace(texts[key], "$1"), values), "$1");

        string Day(DateOnly day) => day.ToString(japanese ? "yyyy年M月d日" : "d MMMM yyyy", CultureInfo.InvariantCulture);
    }

    /// <summary>The printer writes the kanji without its reading.</summary>
    [GeneratedRegex(@"\{([^|{}]+)\|[^{}]+\}")]
    private static partial Regex Reading();
}
