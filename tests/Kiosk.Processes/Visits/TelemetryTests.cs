using Kiosk.App.Configuration;
using Kiosk.App.Health;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Tests.Visits;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Processes.Visits;

/// <summary>What a kiosk sends to a collector: a real OTLP request over HTTP.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_collector_is_sent_outcomes_by_code_and_the_state_of_each_device()
    {
        await using MetricsCollector collector = MetricsCollector.Start();
        TelemetryConfig config = new(collector.Address, 3600);
        KioskHealth health = new("1.0", [new("reader", null), new("camera", Failure.CameraMissing, "/dev/video0")]);
        using (VisitMeter meter = new(TimeProvider.System))
        using (Telemetry telemetry = Telemetry.Start(config, "k7", () => health)!)
        {
            VisitState before = VisitSamples.States.First(Visit.IsUnderWay);
            meter.Step(before, new VisitEvent.CardRemoved(), new Step(new S.TakeCard(new Ending.Refused(Failure.PinBlocked)), []));
        }

        string said = await collector.NextAsync();

        Assert.StartsWith("POST /v1/metrics HTTP/1.1", said, StringComparison.Ordinal);
        string[] sent = ["kiosk.visits", "Refused", "K204", "kiosk.device.working", "camera", "K604", "k7"];
        Assert.All(sent, word => Assert.Contains(word, said, StringComparison.Ordinal));
        // The detail is for a technician at the kiosk and is not sent.
        Assert.DoesNotContain("/dev/video0", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_sent_unless_a_collector_is_named() =>
        Assert.Null(Telemetry.Start(new(), "k7", () => throw new InvalidOperationException()));
}
