using System.Net;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Store;
using OpenTelemetry.Metrics;

namespace Kiosk.ReceptionTerminal.Hosting;

/// <summary>
/// For monitoring: <c>/metrics</c> in Prometheus' text format and <c>/healthz</c>; on loopback unless set otherwise, read only, nothing
/// of a patient.
/// </summary>
internal static class MetricsHost
{
    public static WebApplication Build(MetricsOptions options, ReceptionStore store, ReceptionTroubles troubles, ILoggerProvider logs)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(logs);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = 0;
            o.Listen(IPAddress.Parse(options.Listen), options.Port);
        });
        builder.Services.AddRouting();
        builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddMeter(ReceptionMeter.Name).AddPrometheusExporter());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(3));
        WebApplication app = builder.Build();
        app.MapPrometheusScrapingEndpoint("/metrics");
        // Commits a write: a check-in needs this, so an open port alone is not enough.
        app.MapGet("/healthz", async () =>
        {
            try
            {
                await store.SetFlagAsync("health", true);
                // The first line is for programs; what staff see on the page follows it.
                return Results.Text(string.Join('\n', ["ok", .. troubles.Now]), "text/plain; charset=utf-8");
            }
            catch (Exception)
            {
                return Results.Text("the database cannot be written", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
        return app;
    }
}
