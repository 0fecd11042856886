using System.Diagnostics.Metrics;
using Kiosk.App.Configuration;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Kiosk.App.Health;

/// <summary>
/// Sends the kiosk's metrics to an OpenTelemetry collector: visits by outcome and failure code, times of their stages, states of the
/// devices. Contains codes and numbers only, nothing of a patient. Off unless a collector is configured; a collector that does not
/// answer does not disturb the kiosk.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private readonly Meter _meter = new("Kiosk");
    private readonly MeterProvider _provider;

    private Telemetry(TelemetryConfig config, string kiosk, Func<KioskHealth> health)
    {
        _meter.CreateObservableGauge(
            "kiosk.device.working",
            () => health().Devices.Select(Working),
            null,
            "1: the device works, 0: it does not; its failure code says why");
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(r => r.Clear().AddService("kiosk", serviceVersion: HealthBoard.ProductVersion, serviceInstanceId: kiosk))
            .AddMeter("Kiosk")
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = new Uri(config.Otlp);
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.TimeoutMilliseconds = 5000;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = config.Seconds * 1000;
            })
            .Build();
    }

    /// <returns>Null if no collector is configured.</returns>
    public static Telemetry? Start(TelemetryConfig config, string kiosk, Func<KioskHealth> health) =>
        config.Otlp.Length == 0 ? null : new(config, kiosk, health);

    /// <summary>Sends once more, if the collector takes it.</summary>
    /// <summary>Sends once more, if the collector accepts it.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private static Measurement<int> Working(DeviceHealth device) => new(
        device.Why is null ? 1 : 0,
        new KeyValuePair<string, object?>("device", device.Name),
        new KeyValuePair<string, object?>("code", device.Why is { } why ? FailureCatalogue.EntryFor(why).Code : ""));
}
