using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>The site's settings as they are sent to kiosks.</summary>
internal static class SitePolicies
{
    /// <param name="options">Checked.</param>
    /// <param name="hasInstitution">特定機関認証 is there.</param>
    /// <param name="comparesCardFace">There are card-face anchors and a centre.</param>
    /// <param name="hasCentre">Insurance is asked as soon as the person is confirmed.</param>
    public static SitePolicy FromOptions(ReceptionOptions options, bool hasInstitution, bool comparesCardFace, bool hasCentre)
    {
        SiteOptions site = options.Site;
        IReadOnlyList<string> phones = site.Phones ?? [];
        SitePolicy policy = new()
        {
            ItemByItem = site.ItemByItem,
            AsksPmh = site.AsksPmh,
            AsksPrescriptionForm = site.AsksPrescriptionForm,
            TakesAndroid = phones.Contains("android"),
            TakesIphone = phones.Contains("iphone"),
            TextSize = site.TextSize,
            Sound = site.Sound,
            RenewalPage = site.RenewalPage ?? "",
            SignsWithoutPin = hasInstitution,
            ComparesCardFace = comparesCardFace,
            AnswersInsurance = hasCentre,
            // On the wire 0 is "not set".
            InsuranceSeconds = site.InsuranceSeconds == 0 ? -1 : site.InsuranceSeconds,
            AfterCheckIn = site.Ending switch
            {
                SiteOptions.TellDesk => AfterCheckIn.TellDesk,
                SiteOptions.TakeTicket => AfterCheckIn.TakeTicket,
                _ => AfterCheckIn.Wait,
            },
            StartsWithChoice = site.Start == "choice",
            AsksLetters = site.AsksLetters,
            DispensesPrescriptions = site.DispensesPrescriptions,
        };
        policy.AfterCheckInTexts.AddRange((site.EndingTexts ?? new Dictionary<string, string>())
            .Select(t => new LocalText { Language = t.Key, Text = t.Value }));
        if (options.Consents is { } c) policy.Consents = new() { Version = c.Version, Codes = { c.Codes }, ValidHours = c.ValidHours };
        return policy;
    }
}
