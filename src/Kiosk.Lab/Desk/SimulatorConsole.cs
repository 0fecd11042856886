using Kiosk.App.PageServer;

namespace Kiosk.Lab.Desk;

/// <summary>The tester's desk in a browser, apart from the patient's screen: puts cards down, changes who stands there, pulls plugs.</summary>
public sealed class SimulatorConsole : IAsyncDisposable
{
    private readonly ISimulatorDesk _desk;
    private readonly PageFiles _files = PageFiles.From("console/");
    private readonly Func<Uri> _patientScreen;
    private LoopbackSite? _site;

    private SimulatorConsole(ISimulatorDesk desk, Func<Uri> patientScreen) => (_desk, _patientScreen) = (desk, patientScreen);

    /// <summary>Lets one browser in, once.</summary>
    public Uri Url { get; private set; } = null!;

    /// <param name="patientScreen">Asked at each click on the link: an address that lets a browser in is good once (<see cref="UiHost.NewUrl"/>).</param>
    /// <param name="port">0: any free one.</param>
    public static async Task<SimulatorConsole> StartAsync(
        ISimulatorDesk desk, Func<Uri> patientScreen, int port, ILoggerFactory logs, CancellationToken stop)
    {
        SimulatorConsole console = new(desk, patientScreen);
        console._site = await LoopbackSite.StartAsync(port, handed: false, new SessionGate("kiosk-console", once: false), console.ServeAsync, logs, stop);
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
        if (await context.Request.ReadFromJsonAsync<Wish>(context.RequestAborted) is not Wish wish)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        // Not the request's: a card half put down would stay so when the page is closed.
        CancellationToken stop = CancellationToken.None;
        await (wish switch
        {
            { What: "insert" } => _desk.InsertAsync(wish.Name, stop),
            { What: "pull" } => _desk.PullAsync(stop),
            { What: "stand" } => _desk.StandAsync(wish.Name, stop),
            { What: "plug" } => _desk.PlugAsync(wish.Name, true, stop),
            { What: "unplug" } => _desk.PlugAsync(wish.Name, false, stop),
            _ => Task.CompletedTask,
        });
        await context.Response.WriteAsJsonAsync(Facts(_desk.State), context.RequestAborted);
    }

    private static object Facts(DeskState desk) => new
    {
        cards = CardGroups.Sort(desk.Cards).Select(card => new { row = card.Row, name = card.Name, what = card.What, on = card.Name == desk.CardIn }),
        cardIn = desk.CardIn,
        persons = desk.Persons.Select(person => new { name = person.Name, what = person.What, on = person.Name == desk.Person }),
        plugs = new[] { new { name = "reader", on = desk.Reader }, new { name = "camera", on = desk.Camera }, new { name = "network", on = desk.Network } },
        hints = desk.Hints,
        board = desk.Board,
    };

    /// <param name="What">insert, pull, stand, plug or unplug.</param>
    /// <param name="Name">Card, person or part.</param>
    public sealed record Wish(string What, string Name = "");
}
