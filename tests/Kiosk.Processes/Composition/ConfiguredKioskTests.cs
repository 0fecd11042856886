using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Processes.Cards;
using Kiosk.Processes.Visits;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.Tests.Cards;

namespace Kiosk.Processes.Composition;

/// <summary>The whole kiosk as `kiosk run` puts it together, on a machine without its devices.</summary>
/// <remarks>With the others that use libpcsclite: it takes its socket's name once a process.</remarks>
[Collection(PcscDesk.Collection)]
public sealed class ConfiguredKioskTests(PcscDesk pcsc) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-whole");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public async Task Metrics_of_a_running_kiosk_reach_the_collector_again_and_again()
    {
        Skip.IfNot(pcsc.Missing is null, pcsc.Missing);
        await using MetricsCollector collector = MetricsCollector.Start();
        PkiFiles pki = FacilityPki.Write(At("pki"), ["localhost"], "kiosk-7", TimeProvider.System);
        Directory.CreateDirectory(At("trust"));
        CardDeskFixture.Hierarchy.SaveTrust(At("trust"), CardDeskFixture.Today);
        Config config = new()
        {
            Id = "kiosk-7",
            Ui = new(Port: 0),
            Card = new(Trust: At("trust")),
            Face = new(Camera: "file:" + At("no-camera.mp4")),
            // Nobody listens there: a kiosk without its reception sends metrics all the same.
            Reception = new("https://localhost:1", pki.Ca, pki.KioskCertificate, pki.KioskKey, [pki.ServerPin]),
            Journal = At("kiosk.journal"),
            TamperLatch = At("tamper.latch"),
            Telemetry = new(collector.Address, Seconds: 1),
        };

        await ConfiguredKiosk.RunAsync(config, null, Hear, CancellationToken.None);

        async Task Hear(KioskProcess kiosk)
        {
            for (int i = 0; i < 2; i++)
            {
                string said = await collector.NextAsync();
                foreach (string word in (string[])["service.name", "service.instance.id", "kiosk-7", "kiosk.device.working"])
                    Assert.Contains(word, said, StringComparison.Ordinal);
            }
        }
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
