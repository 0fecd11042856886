using System.Text.Json;
using Kiosk.Core;
using Kiosk.Core.Reception;

namespace Kiosk.App.PageServer;

/// <summary>
/// <c>GET /healthz</c> on the screen's port: for the service manager and for the image, which keeps an update only when this
/// says 200. 200 also with a device missing (<c>degraded</c>): a new image does not heal an unplugged cable.
/// 503 when the visit or the screens stand still. <c>screen</c> says whether a browser shows them: without it the image keeps no update,
/// but it does not make a 503, for a service manager that started the kiosk again would not mend a browser.
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
            Devices = health.Devices.Select(d => new { d.Name, Code = d.Why is { } why ? FailureCatalogue.EntryFor(why).Code : "", d.Detail }),
            health.Image,
        }, _json, context.RequestAborted);
    }
}
