using System.Text.Json;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;

namespace Kiosk.App.PageServer;

/// <summary>
/// <c>GET /healthz</c> on the screen's port, for the service manager and for the device image. The image keeps an update only when the
/// answer is 200. The answer is also 200 (<c>degraded</c>) when a device is missing: going back to the old image would not repair an
/// unplugged cable. The answer is 503 when the visit or the screens no longer make progress. <c>screen</c> says whether a browser shows
/// the page. Without a browser the image keeps no update; but the answer is not 503, because a restart of the kiosk would not repair the
/// browser.
/// </summary>
public static class HealthPage
{
    public const string Path = "/healthz";

    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task SendAsync(HttpContext context, bool alive, bool screen, VisitState state, KioskHealth health)
    {
        context.Response.StatusCode = alive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        string status = !alive ? "failed" : health.Devices.Any(d => d.Why is not null) ? "degraded" : "ok";
        await JsonSerializer.SerializeAsync(context.Response.Body, new
        {
            Status = status,
            Screen = screen,
            State = state.GetType().Name,
            health.Version,
            health.Engine,
            Link = state.Station.Link is { } link ? FailureCatalogue.EntryFor(link).Code : "",
            Devices = health.Devices.Select(
                d => new { d.Name, Code = d.Why is { } why ? FailureCatalogue.EntryFor(why).Code : "", d.Detail }),
            health.Image,
        }, _json, context.RequestAborted);
    }
}
