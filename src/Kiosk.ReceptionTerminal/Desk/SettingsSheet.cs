using System.Globalization;
using Kiosk.Contract;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>How kiosks ask, as the settings sheet shows and sends it.</summary>
/// <param name="Codes">閲覧同意種別 in the order asked.</param>
internal sealed record PolicyView(
    IReadOnlyList<string> Codes, bool ItemByItem, bool AsksPmh, bool AsksPrescriptionForm, IReadOnlyList<string> Phones, int TextSize,
    int Sound = 3, string Start = "face", bool AsksLetters = false, bool DispensesPrescriptions = false);

/// <summary>The settings sheet: 管理者 change how kiosks ask. Connected kiosks get it at once, the others when they connect again.</summary>
internal static class SettingsSheet
{
    // The questions for which kiosks have texts.
    private static readonly string[] _knownCodes = ["SRJ", "SHJ", "YZK", "TKK", "TSR"];

    /// <summary>Asked where the site has chosen nothing: 特定疾病 is an extra question.</summary>
    private static readonly string[] _usualCodes = [.. _knownCodes.Where(code => code != OqsCodes.SpecificDiseases)];

    public static void Map(WebApplication app, DeskServices parts, ILogger log)
    {
        app.MapGet("/policy", async (HttpContext c) => await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)
            ? Results.Json(View(parts.Kiosks.Policy), PageJson.Options) : Refused());
        app.MapPost("/policy", async (HttpContext c, PolicyView asked) =>
        {
            if (!await DeskGuard.MayAsync(c, Role.Admin, parts.Audit)) return Refused();
            bool good = asked is { Codes: { Count: > 0 } codes, Phones: { } phones, TextSize: >= 1 and <= 4, Sound: >= 1 and <= 4 }
                && asked.Start is ("face" or "choice")
                && codes.Distinct().Count() == codes.Count && codes.All(_knownCodes.Contains)
                    && phones.All(p => p is "android" or "iphone");
            if (!good) return Results.Text("たずねる情報を一つ以上選んでください", "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
            await parts.Store.LogAccessAsync(DeskGuard.SignedIn(c).Id, "settings", string.Join(' ', asked.Codes));
            await parts.Kiosks.SetPolicyAsync(Policy(asked, parts.Kiosks.Policy, parts.Time.GetUtcNow()));
            Log.PageAction(log, "settings");
            return Results.NoContent();
        });
    }

    private static PolicyView View(SitePolicy p)
    {
        List<string> phones = [];
        if (p.TakesAndroid) phones.Add("android");
        if (p.TakesIphone) phones.Add("iphone");
        IReadOnlyList<string> codes = p.Consents is { Codes.Count: > 0 } c ? [.. c.Codes] : _usualCodes;
        return new(codes, p.ItemByItem, p.AsksPmh, p.AsksPrescriptionForm, phones, p.TextSize == 0 ? 2 : p.TextSize, p.Sound == 0
            ? 3 : p.Sound, p.StartsWithChoice ? "choice" : "face", p.AsksLetters, p.DispensesPrescriptions);
    }

    private static SitePolicy Policy(PolicyView asked, SitePolicy before, DateTimeOffset now)
    {
        bool same = before.Consents is { } old && old.Codes.SequenceEqual(asked.Codes);
        return new()
        {
            // Stored answers name the version: other questions, or another order, need another version.
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
            StartsWithChoice = asked.Start == "choice",
            AsksLetters = asked.AsksLetters,
            DispensesPrescriptions = asked.DispensesPrescriptions,
            RenewalPage = before.RenewalPage,
        };
    }

    private static IResult Refused() =>
        Results.Text("管理者だけが変えられます", "text/plain; charset=utf-8", statusCode: StatusCodes.Status403Forbidden);
}
