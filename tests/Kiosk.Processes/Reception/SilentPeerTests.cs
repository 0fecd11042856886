using System.Diagnostics;
using System.Net;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.Simulators.Reception;

namespace Kiosk.Processes.Reception;

/// <summary>Tests that measure a time run alone, not beside other tests of this process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimingCollection
{
    public const string Name = "Timing";
}

[Collection(TimingCollection.Name)]
public sealed class SilentPeerTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>
    /// Limits of src/Kiosk.Devices/Reception/README.md: a call ends after 3 s, a silent reception is noticed within 12 s. Without
    /// pings it is not noticed within a minute.
    /// </summary>
    [Fact]
    public async Task A_call_to_a_silent_reception_ends_after_3_s_and_the_stream_within_12_s()
    {
        await using Facility facility = await Facility.OpenAsync();
        await using SimulatedCable cable = new(new(IPAddress.Loopback, facility.Host.LinkPort));
        await using GrpcReceptionLink link = GrpcReceptionLink.Open(facility.LinkOptions(port: cable.Port) with { Deadline = null },
            facility.Time);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.DisasterSet>();

        cable.Silence();
        long from = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<FailureException>(() => link.FindAsync(Guid.NewGuid(), default));
        double ended = Stopwatch.GetElapsedTime(from).TotalSeconds;
        await events.NextAsync<ReceptionEvent.LinkDown>();
        double noticed = Stopwatch.GetElapsedTime(from).TotalSeconds;

        output.WriteLine($"call ended after {ended:F2} s, stream after {noticed:F2} s");
        Assert.InRange(ended, 2.9, 4);
        Assert.InRange(noticed, 4, 12);
    }
}
