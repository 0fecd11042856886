using System.Globalization;
using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>How kiosks ask, as the settings sheet has it.</summary>
internal sealed record PolicyView(IReadOnlyList<string> Codes, bool ItemByItem, bool AsksPmh, bool AsksPrescriptionForm, IReadOnlyList<string> Phones, int TextSize, int Sound = 3);

/// <summary>The settings sheet: 管理者 change how kiosks ask; each kiosk hears it at once, and those away when they come back.</summary>
internal static class DeskPolicy
{
    // The questions kiosks have words for.
    private static readonly string[] s_codes = ["SRJ", "SHJ", "YZK", "TKK"];

    public static void Map(WebApplication app, DeskParts parts, ILogger log)
    {
        app.MapGet("/policy", (HttpContext c) => DeskGuard.Who(c).Role == Role.Admin ? Results.Json(Of(parts.Post.Policy), DeskJson.Options) : Refused());
        app.MapPost("/policy", async (HttpContext c, PolicyView asked) =>
        {
            if (DeskGuard.Who(c).Role != Role.Admin) return Refused();
            bool good = asked is { Codes: { Count: > 0 } codes, Phones: { } phones, TextSize: >= 1 and <= 4, Sound: >= 1 and <= 4 } && codes.Distinct().Count() == codes.Count
                && codes.All(s_codes.Contains) && phones.All(p => p is "android" or "iphone");
            if (!good) return Results.Text("たずねる情報を一つ以上選んでください", "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
            await parts.Post.SetPolicyAsync(Of(asked, parts.Post.Policy, parts.Time.GetUtcNow()));
            await parts.Store.LogAccessAsync(DeskGuard.Who(c).Id, "settings", string.Join(' ', asked.Codes));
            Log.PageAction(log, "settings");
            return Results.NoContent();
        });
    }

    private static PolicyView Of(SitePolicy p)
    {
        List<string> phones = [];
        if (p.TakesAndroid) phones.Add("android");
        if (p.TakesIphone) phones.Add("iphone");
        IReadOnlyList<string> codes = p.Consents is { Codes.Count: > 0 } c ? [.. c.Codes] : s_codes;
        return new(codes, p.ItemByItem, p.AsksPmh, p.AsksPrescriptionForm, phones, p.TextSize == 0 ? 2 : p.TextSize, p.Sound == 0 ? 3 : p.Sound);
    }

    private static SitePolicy Of(PolicyView asked, SitePolicy before, DateTimeOffset now)
    {
        bool same = before.Consents is { } old && old.Codes.SequenceEqual(asked.Codes);
        return new()
        {
            // Answers carry the version: other questions, or in another order, are another version.
            Consents = same ? before.Consents : new()
            {
                Version = JapanTime.At(now).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
                Codes = { asked.Codes },
                ValidHours = before.Consents?.ValidHours is > 0 and int hours ? hours : 24,
            },
            ItemByItem = asked.ItemByItem,
            AsksPmh = asked.AsksPmh,
            AsksPrescriptionForm = asked.AsksPrescriptionForm,
            TakesAndroid = asked.Phones.Contains("android"),
            TakesIphone = asked.Phones.Contains("iphone"),
            TextSize = asked.TextSize,
            Sound = asked.Sound,
            RenewalPage = before.RenewalPage,
        };
    }

    private static IResult Refused() => Results.Text("管理者だけが変えられます", "text/plain; charset=utf-8", statusCode: StatusCodes.Status403Forbidden);
}
