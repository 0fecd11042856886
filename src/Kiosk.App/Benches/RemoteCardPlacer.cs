using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.App.Benches;

/// <summary>
/// A robot or a program that handles the cards, controlled by lines of text over TCP: the commands of <c>kiosk card serve</c>
/// (insert NAME, pull, rate R, reader on|off, stats). Each is answered by one line of JSON with "ok".
/// </summary>
internal sealed class RemoteCardPlacer : ICardPlacer, ICableSwitch, IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly StreamReader _in;
    private readonly StreamWriter _out;
    private readonly string? _number;

    private RemoteCardPlacer(TcpClient client, string? number)
    {
        (_client, _number) = (client, number);
        _in = new StreamReader(client.GetStream(), Encoding.UTF8);
        _out = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    public bool IsExact => true;

    public IReadOnlyList<string> Cards { get; } = ["standard", "licence"];

    public IReadOnlyList<string> Rates { get; } = ["106", "212", "424"];

    /// <param name="address">HOST:PORT.</param>
    /// <exception cref="FailureException">ConfigBroken: not such an address, or nothing listens there.</exception>
    public static async Task<RemoteCardPlacer> ConnectAsync(string address, CancellationToken stop)
    {
        TcpClient client = new() { NoDelay = true };
        try
        {
            string[] parts = address.Split(':');
            await client.ConnectAsync(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), stop);
            return new RemoteCardPlacer(client, Environment.GetEnvironmentVariable("KIOSK_CARD_NUMBER"));
        }
        catch (Exception wrong) when (wrong is SocketException or FormatException or IndexOutOfRangeException)
        {
            client.Dispose();
            throw new FailureException(Failure.ConfigBroken,
                $"KIOSK_CARD_HAND={address}: HOST:PORT of a program that handles the cards is expected", wrong);
        }
    }

    public Task LayAsync(string card, CancellationToken stop) => SendAsync($"insert {card}", stop);

    public Task TakeAsync(CancellationToken stop) => SendAsync("pull", stop);

    public Task SetRateAsync(string rate, CancellationToken stop) => SendAsync($"rate {rate}", stop);

    public async Task<double?> ModelledTimeAsync(CancellationToken stop) =>
        (await SendAsync("stats", stop))["physicalTime"]?.GetValue<double>();

    public Secret? NumberOf(string card)
    {
        if (_number is null || card != Cards[0]) return null;
        Secret secret = new(_number.Length);
        Encoding.ASCII.GetBytes(_number, secret.Fill(_number.Length));
        return secret;
    }

    public Task UnplugAsync(CancellationToken stop) => SendAsync("reader off", stop);

    public Task PlugInAsync(CancellationToken stop) => SendAsync("reader on", stop);

    private async Task<JsonObject> SendAsync(string line, CancellationToken stop)
    {
        await _out.WriteLineAsync(line.AsMemory(), stop);
        JsonObject? answer = await _in.ReadLineAsync(stop) is string text ? JsonNode.Parse(text) as JsonObject : null;
        return answer?["ok"]?.GetValue<bool>() == true ? answer
            : throw new FailureException(Failure.ConfigBroken,
            $"the program at KIOSK_CARD_HAND refused \"{line}\": {answer?["error"]?.GetValue<string>() ?? "connection closed"}");
    }

    public ValueTask DisposeAsync()
    {
        _out.Dispose();
        _in.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
