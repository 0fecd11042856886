using Kiosk.App;
using Kiosk.App.Simulated;
using Kiosk.Core;
using Kiosk.Core.Reception;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.Journal;
using Kiosk.Tests.Cards;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.Tests.Reception;

/// <summary>
/// 汎用カードリーダー at the desk: a kiosk without camera and face check on a real PC/SC service, its reader beside the receptionist,
/// over real mutual TLS to the reception.
/// </summary>
[Collection(PcscDesk.Collection)]
public sealed class GenericReaderTests(PcscDesk pcsc) : IAsyncLifetime
{
    private const string Kiosk = "desk-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task With_the_PIN_the_reception_checks_the_cards_own_signature()
    {
        await using Desk desk = await OpenAsync();

        VisitOutcome outcome = await desk.VisitAsync(Method.Pin, _ => Task.CompletedTask);

        Assert.Equal(("accepted", 1L), (outcome.Outcome, outcome.Receipt));
        string view = await desk.Browser.LookAsync();
        Assert.Contains("\"method\":\"Pin\"", view, StringComparison.Ordinal);
        // By the JPKI CA that the reception is configured with.
        Assert.Contains("\"chainChecked\":true", view, StringComparison.Ordinal);
        Assert.Contains($"\"kiosk\":\"{Kiosk}\"", view, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task With_eyes_the_receptionist_presses_one_button_and_is_recorded()
    {
        await using Desk desk = await OpenAsync();

        VisitOutcome outcome = await desk.VisitAsync(Method.Visual, async stop =>
        {
            while (await desk.Browser.PostAsync($"kiosks/{Kiosk}/visual") is not System.Net.HttpStatusCode.NoContent)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        });

        Assert.Equal("accepted", outcome.Outcome);
        string view = await desk.Browser.LookAsync();
        Assert.Contains("\"method\":\"Visual\"", view, StringComparison.Ordinal);
        Assert.Contains("\"staff\":\"desk\"", view, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (pcsc.Missing is null) await pcsc.Desk.PullAsync(default);
    }

    private async Task<Desk> OpenAsync()
    {
        Skip.If(pcsc.Missing is not null, pcsc.Missing);
        Facility facility = await Facility.OpenAsync(change: o =>
        {
            string ca = Path.Combine(Path.GetDirectoryName(o.Database)!, "jpki.der");
            File.WriteAllBytes(ca, pcsc.Desk.JpkiCa);
            return o with { JpkiCaFiles = [ca] };
        });
        return new Desk(pcsc, facility, await DeskBrowser.SignInAsync(facility.Host));
    }

    private sealed class Desk : IAsyncDisposable
    {
        private readonly PcscDesk _pcsc;
        private readonly Facility _facility;
        private readonly PcscCardReader _reader;
        private readonly VisitJournal _journal;
        private readonly Typing _typing = new();
        private readonly KioskHost _kiosk;

        public Desk(PcscDesk pcsc, Facility facility, DeskBrowser browser)
        {
            (_pcsc, _facility, Browser, _reader) = (pcsc, facility, browser, pcsc.Reader());
            _journal = VisitJournal.Open(Path.Combine(facility.Dir, "desk.journal"), TimeProvider.System);
            VisitDevices devices = new(_reader, new NoPrintedNumber(), null, facility.Link(Kiosk), _journal);
            Station station = Station.Ready with { FaceOffered = false, Link = Failure.ReceptionUnreachable, Reader = Failure.ReaderMissing };
            _kiosk = new(devices, new NoCamera(), _typing, station, TimeProvider.System, NullLoggerFactory.Instance);
            // Longer than a busy machine needs for any step.
            _kiosk.Loop.Patience = () => 4;
            _kiosk.Start();
        }

        public DeskBrowser Browser { get; }

        public async Task<VisitOutcome> VisitAsync(Method method, Func<CancellationToken, Task> meanwhile)
        {
            using CancellationTokenSource late = new(Patience);
            VisitView view = _kiosk.Loop.Current;
            while (view.State is not VisitState.Idle { Station: { Link: null, Reader: null } }) view = await _kiosk.Loop.NextAsync(view, late.Token);
            await _pcsc.Desk.InsertAsync("standard", late.Token);
            Task<VisitOutcome> visit = new AutoPatient(_kiosk.Loop, method, Devices.CardReader.Simulated.VirtualCards.Pin("standard")!).VisitAsync(late.Token);
            await meanwhile(late.Token);
            return await visit;
        }

        public async ValueTask DisposeAsync()
        {
            await _pcsc.Desk.PullAsync(default);
            await _kiosk.DisposeAsync();
            _typing.Dispose();
            _journal.Dispose();
            await _reader.DisposeAsync();
            await Browser.DisposeAsync();
            await _facility.DisposeAsync();
        }
    }

    private sealed class NoCamera : ICameraPresence
    {
        public (Failure? Why, string Detail) Look() => (Failure.CameraMissing, "none");
    }
}
