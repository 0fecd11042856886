namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>What every answer of the reception's pages tells the browser: own files only, no frame, nothing kept.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
            + "'none'; frame-ancestors 'none'";

    public static void Set(IHeaderDictionary answer)
    {
        answer.ContentSecurityPolicy = Policy;
        answer.XContentTypeOptions = "nosniff";
        answer.CacheControl = "no-store";
        answer["Referrer-Policy"] = "no-referrer";
        answer["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
