using System.Net;
using System.Net.Sockets;
using System.Text;
using Kiosk.App.Configuration;
using Kiosk.App.Health;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Reception;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>What a kiosk sends to a collector: a real OTLP request over HTTP.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_collector_is_sent_outcomes_by_code_and_the_state_of_each_device()
    {
        TaskCompletionSource<int> port = new();
        Task<string> heard = HearAsync(port);
        TelemetryConfig config = new($"http://127.0.0.1:{await port.Task}/v1/metrics", 3600);
        KioskHealth health = new("1.0", [new("reader", null), new("camera", Failure.CameraMissing, "/dev/video0")]);
        using (VisitMeter meter = new(TimeProvider.System))
        using (Telemetry telemetry = Telemetry.Start(config, "k7", () => health)!)
        {
            VisitState before = VisitSamples.States.First(Visit.IsUnderWay);
            meter.Step(before, new VisitEvent.CardRemoved(), new Step(new S.TakeCard(new Ending.Refused(Failure.PinBlocked)), []));
        }

        string said = await heard;

        Assert.StartsWith("POST /v1/metrics HTTP/1.1", said, StringComparison.Ordinal);
        string[] sent = ["kiosk.visits", "Refused", "K204", "kiosk.device.working", "camera", "K604", "k7"];
        Assert.All(sent, word => Assert.Contains(word, said, StringComparison.Ordinal));
        // The detail is for a technician at the kiosk and is not sent.
        Assert.DoesNotContain("/dev/video0", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_sent_unless_a_collector_is_named() =>
        Assert.Null(Telemetry.Start(new(), "k7", () => throw new InvalidOperationException()));

    /// <returns>The request; protobuf writes texts unchanged, so they can be searched.</returns>
    private static async Task<string> HearAsync(TaskCompletionSource<int> port)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        CancellationToken stop = late.Token;
        using TcpListener collector = new(IPAddress.Loopback, 0);
        collector.Start();
        port.SetResult(((IPEndPoint)collector.LocalEndpoint).Port);
        using TcpClient kiosk = await collector.AcceptTcpClientAsync(stop);
        await using NetworkStream stream = kiosk.GetStream();
        byte[] all = new byte[1 << 16];
        int length = 0, head;
        while ((head = Text().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || length < head + 4 + BodyLength(all, head))
            length += await stream.ReadAsync(all.AsMemory(length), stop) is int more and > 0 ? more : throw new EndOfStreamException();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        return Text();

        string Text() => Encoding.Latin1.GetString(all, 0, length);
    }

    private static int BodyLength(byte[] all, int head)
    {
        const string Header = "Content-Length:";
        string[] lines = Encoding.Latin1.GetString(all, 0, head).Split("\r\n");
        string line = lines.First(l => l.StartsWith(Header, StringComparison.OrdinalIgnoreCase));
        return int.Parse(line[Header.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
