using Kiosk.App.PageServer;

namespace Kiosk.Lab.Desk;

/// <summary>
/// The simulator page for the tester, separate from the patient's screen: lays cards down, changes the person at the camera,
/// unplugs devices.
/// </summary>
public sealed class SimulatorConsole : IAsyncDisposable
{
    private readonly ISimulatorDesk _desk;
    private readonly PageFiles _files = PageFiles.From(typeof(SimulatorConsole).Assembly, "console/");
    private readonly Func<Uri> _patientScreen;
    private LoopbackSite? _site;

    private SimulatorConsole(ISimulatorDesk desk, Func<Uri> patientScreen) => (_desk, _patientScreen) = (desk, patientScreen);

    /// <summary>Address with a token that admits one browser once.</summary>
    public Uri Url { get; private set; } = null!;

    /// <param name="patientScreen">Called at each click on the link, because an address with a token is valid once
    /// (<see cref="UiHost.NewUrl"/>).</param>
    /// <param name="port">0: any free port.</param>
    public static async Task<SimulatorConsole> StartAsync(
        ISimulatorDesk desk, Func<Uri> patientScreen, int port, ILoggerFactory logs, CancellationToken stop)
    {
        SimulatorConsole console = new(desk, patientScreen);
        console._site = await LoopbackSite.StartAsync(port, "--port", handed: false, new SessionGate("kiosk-console", once: false),
            console.ServeAsync, logs, stop);
        console.Url = console._site.NewUrl();
        return console;
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
    }

    private Task ServeAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/state") => context.Response.WriteAsJsonAsync(Facts(_desk.State), context.RequestAborted),
        ("POST", "/do") => DoAsync(context),
        ("POST", "/patient") => context.Response.WriteAsJsonAsync(new { url = _patientScreen() }, context.RequestAborted),
        _ => _files.SendAsync(context),
    };

    private async Task DoAsync(HttpContext context)
    {
        if (await context.Request.ReadFromJsonAsync<ConsoleCommand>(context.RequestAborted) is not ConsoleCommand command)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        // Do not use the request's token: if the page is closed, a card that is being laid down would stay in an undefined state.
        CancellationToken stop = CancellationToken.None;
        await (command switch
        {
            { What: "insert" } => _desk.InsertAsync(command.Name, stop),
            { What: "pull" } => _desk.PullAsync(stop),
            { What: "stand" } => _desk.StandAsync(command.Name, stop),
            { What: "plug" } => _desk.PlugAsync(command.Name, true, stop),
            { What: "unplug" } => _desk.PlugAsync(command.Name, false, stop),
            { What: "centre" } => _desk.OrderCentreAsync(command.Name, stop),
            _ => Task.CompletedTask,
        });
        await context.Response.WriteAsJsonAsync(Facts(_desk.State), context.RequestAborted);
    }

    private static object Facts(DeskState desk) => new
    {
        cards = CardGroups.Sort(desk.Cards)
            .Select(card => new { row = card.Row, name = card.Name, what = card.What, on = card.Name == desk.CardIn }),
        cardIn = desk.CardIn,
        persons = desk.Persons.Select(person => new { name = person.Name, what = person.What, on = person.Name == desk.Person }),
        plugs = new[]
        {
            new { name = "reader", on = desk.Reader },
            new { name = "camera", on = desk.Camera },
            new { name = "network", on = desk.Network },
        },
        centre = desk.Centre.Select(choice => new { name = choice.Name, what = choice.What, on = choice.On }),
        hints = desk.Hints,
        board = desk.Board,
    };

    /// <param name="What">insert, pull, stand, plug, unplug or centre.</param>
    /// <param name="Name">Card, person, part or choice.</param>
    public sealed record ConsoleCommand(string What, string Name = "");
}
