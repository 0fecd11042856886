using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Kiosk.Devices.CardReader.Simulated;

/// <summary>
/// <c>kiosk card serve</c>: the process that is the virtual card. One command a line on stdin, one JSON object a line on
/// stdout (<c>ok</c>, or <c>error</c>); ends with stdin. In a private namespace it is process 1, so pcscd dies with it.
/// <code>
/// insert NAME        a card of <see cref="VirtualCards"/>, or a path of a JSON file
/// pull               take it away
/// bounce MS          take it away and put it back after so many milliseconds
/// fault WORDS        see <see cref="CardFaults.Parse"/>; for the card inserted, until the next insertion
/// rate NAME          link model, from the next insertion on
/// reader on|off      reader gone while the service runs (pcscd is restarted without one)
/// service on|off     pcscd killed and started
/// stats              what reached the card
/// quit
/// </code>
/// </summary>
public sealed class CardServe : IDisposable
{
    private static readonly TimeSpan VpcdPatience = TimeSpan.FromSeconds(5);

    /// <summary>pcscd looks every 400 ms: a card changed faster than that, and than any hand, is a bounce.</summary>
    private static readonly TimeSpan HandTime = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private readonly CardServeOptions _options;
    private readonly SimulatedHierarchy _hierarchy;
    private readonly CardBox _box;
    private readonly PcscdProcess? _pcscd;
    private LinkModel _rate;
    private VirtualCard? _card;
    private VpcdLink? _link;
    private long _pulledAt;

    private CardServe(CardServeOptions options, TimeProvider time)
    {
        _time = time;
        _options = options;
        _rate = options.Rate;
        _hierarchy = new SimulatedHierarchy(options.Hierarchy);
        byte[] photo = options.Photo is { } path ? File.ReadAllBytes(path) : SimulatedPicture.NoPhoto;
        _box = new CardBox(_hierarchy, new CardMaterial(photo, SimulatedPicture.Png, options.Today));
        _pcscd = options.Pcscd is { } program ? new PcscdProcess(program, options.Driver, time) : null;
    }

    /// <param name="args">What follows <c>card serve</c>.</param>
    /// <returns>Exit code: 0, or 64 for arguments it does not know.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        TimeProvider time = TimeProvider.System;
        CardServeOptions options;
        try
        {
            options = CardServeOptions.Parse(args, DateOnly.FromDateTime(time.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).DateTime));
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 64;
        }

        using CardServe serve = new(options, time);
        await serve.ServeAsync(Console.In, Console.Out);
        return 0;
    }

    public void Dispose()
    {
        Pull();
        _pcscd?.Dispose();
        _hierarchy.Dispose();
    }

    private async Task ServeAsync(TextReader commands, TextWriter answers)
    {
        string? line = "service on";
        do
        {
            if (line.Trim() == "quit") return;
            JsonObject answer = await AnswerAsync(line);
            await answers.WriteLineAsync(answer.ToJsonString());
            await answers.FlushAsync();
        }
        while ((line = await commands.ReadLineAsync()) is not null);
    }

    private async Task<JsonObject> AnswerAsync(string line)
    {
        try
        {
            JsonObject answer = await DoAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            answer.Insert(0, "ok", true);
            return answer;
        }
        catch (Exception refused) when (refused is InvalidDataException or FormatException or SocketException or TimeoutException or InvalidOperationException or IOException)
        {
            return new JsonObject { ["ok"] = false, ["error"] = refused.Message };
        }
    }

    private async Task<JsonObject> DoAsync(string[] words)
    {
        switch (words)
        {
            case ["insert", var name]:
                VirtualCard card = _box.Take(name);
                Pull();
                if (_time.GetElapsedTime(_pulledAt) is var since && since < HandTime) await Task.Delay(HandTime - since, _time);
                _card = card;
                card.Faults = card.OwnFaults;
                await ConnectAsync();
                return new JsonObject { ["card"] = card.Name };
            case ["bounce", var milliseconds]:
                Disconnect();
                await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture)), _time);
                if (_card is not null) await ConnectAsync();
                return [];
            case ["pull"]:
                Pull();
                return [];
            case ["fault", .. var fault]:
                (_card ?? throw new InvalidOperationException("no card")).Faults = CardFaults.Parse(fault);
                return [];
            case ["rate", var rate]:
                _rate = new LinkModel(rate);
                return [];
            case ["reader" or "service", "on"]:
                await PlugAsync(withReader: true);
                return [];
            case ["reader", "off"]:
                await PlugAsync(withReader: false);
                return [];
            case ["service", "off"]:
                Disconnect();
                (_pcscd ?? throw new InvalidOperationException("no pcscd of ours")).Stop();
                return [];
            case ["stats"]:
                return Statistics();
            default:
                throw new FormatException("insert NAME | pull | bounce MS | fault … | rate R | reader on|off | service on|off | stats | quit");
        }
    }

    private async Task PlugAsync(bool withReader)
    {
        Disconnect();
        if (_pcscd is not null) await _pcscd.StartAsync(withReader, CancellationToken.None);
        // A card left lying there is on the reader when it comes back.
        if (withReader && _card is not null) await ConnectAsync();
    }

    private async Task ConnectAsync()
    {
        if (_pcscd is { HasReader: false }) return;
        long since = _time.GetTimestamp();
        while (true)
        {
            SlottedCard slot = new(_card!, _rate);
            try
            {
                _link = await VpcdLink.ConnectAsync(slot, CancellationToken.None);
                return;
            }
            catch (SocketException) when (_time.GetElapsedTime(since) < VpcdPatience)
            {
                // pcscd answers its clients before the driver listens.
                slot.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
            }
        }
    }

    private void Pull()
    {
        Disconnect();
        _card = null;
    }

    private void Disconnect()
    {
        if (_link is null) return;
        _link.Dispose();
        _link = null;
        _pulledAt = _time.GetTimestamp();
    }

    private JsonObject Statistics()
    {
        if (_link is null) return new JsonObject { ["card"] = _card?.Name };
        CardStatistics s = _link.Slot.Statistics;
        return new JsonObject
        {
            ["card"] = s.Card,
            ["apdus"] = s.Apdus,
            ["bytes"] = s.Bytes,
            ["verifyCount"] = s.VerifyCount,
            ["physicalTime"] = s.PhysicalTime,
            ["selectedFiles"] = new JsonArray([.. s.SelectedFiles.Select(f => JsonValue.Create(f))]),
        };
    }
}
