using Kiosk.App.Visits;
using Kiosk.App.Watchers;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.Journal;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Lab.Visits;
using Kiosk.Processes.Cards;
using Kiosk.Simulators.CardReader;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace Kiosk.Processes.Reception;

/// <summary>
/// 汎用カードリーダー at the counter: a kiosk without camera and face check, with a reader on a real PC/SC service, over real mutual TLS
/// to the reception.
/// </summary>
[Collection(PcscDesk.Collection)]
public sealed class GenericReaderTests(PcscDesk pcsc) : IAsyncLifetime
{
    private const string Kiosk = "desk-1";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task With_the_PIN_the_reception_checks_the_cards_own_signature()
    {
        await using CounterKiosk desk = await OpenAsync();

        VisitOutcome outcome = await desk.VisitAsync(Method.Pin, _ => Task.CompletedTask);

        Assert.Equal(("accepted", 1L), (outcome.Outcome, outcome.Receipt));
        string view = await desk.Browser.LookAsync();
        Assert.Contains("\"method\":\"Pin\"", view, StringComparison.Ordinal);
        // With the JPKI CA in the reception's configuration.
        Assert.Contains("\"chainChecked\":true", view, StringComparison.Ordinal);
        Assert.Contains($"\"kiosk\":\"{Kiosk}\"", view, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task For_a_visual_confirmation_staff_press_one_button_and_are_recorded()
    {
        await using CounterKiosk desk = await OpenAsync();

        VisitOutcome outcome = await desk.VisitAsync(Method.Visual, async stop =>
        {
            while (VisitOf(await desk.Browser.LookAsync()) is not { } visit
                || await desk.Browser.PostAsync($"kiosks/{Kiosk}/visual/{visit}") is not System.Net.HttpStatusCode.NoContent)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        });

        Assert.Equal("accepted", outcome.Outcome);
        string view = await desk.Browser.LookAsync();
        Assert.Contains("\"method\":\"Visual\"", view, StringComparison.Ordinal);
        Assert.Contains("\"staff\":\"desk\"", view, StringComparison.Ordinal);
    }

    /// <returns>The visit at the kiosk, as the page shows it; null: nobody is there.</returns>
    private static string? VisitOf(string view) =>
        System.Text.RegularExpressions.Regex.Match(view, "\"visit\":\"([0-9a-f-]{36})\"") is { Success: true } m ? m.Groups[1].Value : null;

    [SkippableFact]
    public async Task A_name_with_a_missing_character_is_shown_as_the_picture_in_the_cards_chip()
    {
        using Mat drawn = new(48, 264, MatType.CV_8UC1, Scalar.White);
        Cv2.Line(drawn, new(8, 40), new(40, 8), Scalar.Black, 3);
        Cv2.Rectangle(drawn, new Rect(60, 10, 30, 28), Scalar.Black, 3);
        Cv2.Circle(drawn, new(130, 24), 16, Scalar.Black, 3);
        await using CounterKiosk desk = await OpenAsync(centreAnswers: ["unmappable"]);
        string picture = Path.Combine(desk.Folder, "name.png"), card = Path.Combine(desk.Folder, "own.json");
        Cv2.ImWrite(picture, drawn);
        await File.WriteAllTextAsync(card, new CardFileMaker("standard", null, null, picture, null, null, null, null, null, null).Make());

        VisitOutcome outcome = await desk.VisitAsync(Method.Pin, _ => Task.CompletedTask, card);

        Assert.Equal("accepted", outcome.Outcome);
        Assert.Contains("氏名 2字", await desk.Browser.UntilAsync("\"nameImage\":true"), StringComparison.Ordinal);
        using Mat shown = Cv2.ImDecode(await desk.Browser.Http.GetByteArrayAsync(new Uri("name/1", UriKind.Relative)),
            ImreadModes.Grayscale);
        using Mat black = new();
        Cv2.Threshold(drawn, black, 127, 255, ThresholdTypes.Binary);
        Assert.Equal(black.Size(), shown.Size());
        Assert.Equal(0, Cv2.Norm(black, shown));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (pcsc.Missing is null) await pcsc.Desk.PullAsync(default);
    }

    private async Task<CounterKiosk> OpenAsync(string[]? centreAnswers = null)
    {
        Skip.If(pcsc.Missing is not null, pcsc.Missing);
        Facility facility = await Facility.OpenAsync(change: o =>
        {
            string folder = Path.GetDirectoryName(o.Database)!;
            foreach ((string name, byte[] der) in pcsc.Desk.JpkiCas) File.WriteAllBytes(Path.Combine(folder, $"jpki-{name}.der"), der);
            return o with { JpkiCaFiles = Directory.GetFiles(folder, "jpki-*.der") };
        }, centreAnswers: centreAnswers);
        return new CounterKiosk(pcsc, facility, await DeskBrowser.SignInAsync(facility.Host));
    }

    private sealed class CounterKiosk : IAsyncDisposable
    {
        private readonly PcscDesk _pcsc;
        private readonly Facility _facility;
        private readonly PcscCardReader _reader;
        private readonly VisitJournal _journal;
        private readonly CardPictures _pictures =
            new(CardPicturesOptions.ForProgram(Path.Combine(AppContext.BaseDirectory, "kiosk.dll")), TimeProvider.System);
        private readonly DigitBuffer _typing = new();
        private readonly KioskHost _kiosk;

        public CounterKiosk(PcscDesk pcsc, Facility facility, DeskBrowser browser)
        {
            (_pcsc, _facility, Browser, _reader) = (pcsc, facility, browser, pcsc.Reader());
            _journal = VisitJournal.Open(Path.Combine(facility.Dir, "desk.journal"), TimeProvider.System);
            VisitDevices devices = new(
                _reader, pcsc.Desk.PrintedNumber, null, facility.Link(Kiosk, watches: false), _journal, _pictures.NamePng);
            Station station = Station.Ready with
            {
                FaceOffered = false,
                Link = Failure.ReceptionUnreachable,
                Reader = Failure.ReaderMissing
            };
            _kiosk = new(devices, new NoCamera(), _typing, station, TimeProvider.System, NullLoggerFactory.Instance);
            // Four times the time limits, so that a busy machine does not end the visit.
            _kiosk.Loop.LimitFactor = () => 4;
            _kiosk.Start();
        }

        public DeskBrowser Browser { get; }

        public string Folder => _facility.Dir;

        /// <param name="card">Its name, or the file of a card of one's own; the PIN is the standard card's.</param>
        public async Task<VisitOutcome> VisitAsync(Method method, Func<CancellationToken, Task> meanwhile, string card = "standard")
        {
            using CancellationTokenSource late = new(_patience);
            VisitView view = _kiosk.Loop.Current;
            while (view.State is not VisitState.Idle { Station: { Link: null, Reader: null } })
                view = await _kiosk.Loop.NextAsync(view, late.Token);
            await _pcsc.Desk.InsertAsync(card, late.Token);
            Task<VisitOutcome> visit = new AutoPatient(_kiosk.Loop, method, VirtualCards.Pin("standard")!, afterPhoto: true)
                .VisitAsync(late.Token);
            await meanwhile(late.Token);
            return await visit;
        }

        public async ValueTask DisposeAsync()
        {
            await _pcsc.Desk.PullAsync(default);
            await _kiosk.DisposeAsync();
            _typing.Dispose();
            _journal.Dispose();
            _pictures.Dispose();
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
