using Kiosk.Lab.Desk;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Kiosk.Journeys.Simulated;

public sealed class ConsoleJourneys
{
    public ConsoleJourneys() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableFact]
    public async Task The_tester_lays_a_card_down_unplugs_a_device_and_opens_the_patients_screen()
    {
        await using VisitPage patient = await VisitPage.OpenAsync();
        Desk desk = new();
        await using SimulatorConsole console = await SimulatorConsole.StartAsync(desk, () => patient.Host.NewUrl(), 0,
            NullLoggerFactory.Instance, CancellationToken.None);
        IPage page = await patient.Page.Context.NewPageAsync();
        await page.GotoAsync(console.Url.ToString());
        await page.ClickAsync("text=suzuki");
        await page.WaitForSelectorAsync("#hints >> text=1234");
        await page.ClickAsync("#plugs >> text=Camera");
        await page.WaitForSelectorAsync("#plugs [aria-pressed=false]");
        await page.ClickAsync("#pull");
        await page.WaitForSelectorAsync("#pull", new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(["insert suzuki", "plug camera False", "pull"], desk.Done);

        IPage opened = await page.Context.RunAndWaitForPageAsync(() => page.ClickAsync("#patient"));
        await opened.WaitForLoadStateAsync();
        Assert.Equal(new Uri(patient.Host.Url, "/").ToString(), opened.Url);
        Assert.Equal("受付", await opened.TitleAsync());
    }

    private sealed class Desk : ISimulatorDesk
    {
        public IList<string> Done { get; } = [];

        public DeskState State { get; private set; } =
            new([("suzuki", "PIN 3 tries")], null, [("suzuki", "same person")], "suzuki", true, true, true, []);

        public Task InsertAsync(string card, CancellationToken stop) =>
            DoAsync($"insert {card}", State with { CardIn = card, Hints = ["PIN 1234"] });

        public Task PullAsync(CancellationToken stop) => DoAsync("pull", State with { CardIn = null, Hints = [] });

        public Task StandAsync(string person, CancellationToken stop) => DoAsync($"stand {person}", State with { Person = person });

        public Task PlugAsync(string part, bool pluggedIn, CancellationToken stop) =>
            DoAsync($"plug {part} {pluggedIn}", State with { Camera = pluggedIn });

        public Task OrderCentreAsync(string choice, CancellationToken stop) => DoAsync($"centre {choice}", State);

        private Task DoAsync(string what, DeskState then)
        {
            Done.Add(what);
            State = then;
            return Task.CompletedTask;
        }
    }
}
