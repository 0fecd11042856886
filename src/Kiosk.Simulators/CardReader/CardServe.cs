using System.Globalization;
using System.Text.Json.Nodes;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// <c>kiosk-lab card serve</c>: the process that acts as the virtual card. It reads one command per line on stdin and writes one JSON
/// object per line on stdout (<c>ok</c> or <c>error</c>). It ends when stdin closes. In a private namespace it is process 1, so the
/// kernel ends pcscd with it.
/// <code>
/// insert NAME        a card of <see cref="VirtualCards"/>, or a path of a JSON file
/// pull               remove the card
/// bounce MS          remove the card and insert it again after MS milliseconds
/// fault WORDS        see <see cref="CardFaults.Words"/>; for the inserted card, until the next insertion
/// rate NAME          link model, from the next insertion on
/// reader on|off      unplug the reader while the service runs (pcscd is restarted without it); with --vsc, "on" adds it again
/// power              the card loses power and gets it back (QEMU never reports this to the card)
/// service on|off     kill and start pcscd
/// stats              figures of the inserted card
/// quit
/// </code>
/// </summary>
public sealed class CardServe : IDisposable
{
    private static readonly TimeSpan QemuPatience = TimeSpan.FromSeconds(60);

    /// <summary>pcscd polls every 400 ms. It would report a card that is changed faster as the same card.</summary>
    private static readonly TimeSpan HandTime = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private readonly SimulatedHierarchy _hierarchy;
    private readonly CardBox _box;
    private readonly PcscdProcess? _pcscd;
    private LinkModel _rate;
    private readonly ICardSlot _cardSlot;
    private VirtualCard? _card;
    private SlottedCard? _slot;
    private long _pulledAt;

    private CardServe(CardServeOptions options, ICardSlot cardSlot, TimeProvider time)
    {
        _time = time;
        _cardSlot = cardSlot;
        _rate = options.Rate;
        _hierarchy = new SimulatedHierarchy(options.Hierarchy);
        if (options.Trust is { } trust) _hierarchy.SaveTrust(Directory.CreateDirectory(trust).FullName, options.Today);
        byte[] photo = options.Photo is { } path ? File.ReadAllBytes(path) : SimulatedPicture.NoPhoto;
        _box = new CardBox(_hierarchy, new CardMaterial(photo, SimulatedPicture.Png, options.Today));
        _pcscd = options.Pcscd is { } program ? new PcscdProcess(program, options.Driver, time) : null;
    }

    /// <returns>Exit code: 0, or 69 when QEMU does not answer.</returns>
    public static async Task<int> RunAsync(CardServeOptions options, TimeProvider time)
    {
        try
        {
            using ICardSlot cardSlot = options.Vsc is { } socket ? await VscSlot.ConnectAsync(socket, QemuPatience, time)
                : new VpcdSlot(time);
            using CardServe serve = new(options, cardSlot, time);
            await serve.ServeAsync(Console.In, Console.Out);
            return 0;
        }
        catch (IOException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return 69;
        }
    }

    public void Dispose()
    {
        Pull();
        _pcscd?.Dispose();
        _hierarchy.Dispose();
    }

    private async Task ServeAsync(TextReader commands, TextWriter answers)
    {
        // The first answer tells the caller that everything has started.
        string? line = _pcscd is null ? "stats" : "service on";
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
        catch (Exception refused) when (refused is InvalidDataException or FormatException or TimeoutException or InvalidOperationException
            or IOException)
        {
            return new JsonObject { ["ok"] = false, ["error"] = refused.Message };
        }
    }

    private async Task<JsonObject> DoAsync(string[] words)
    {
        switch (words)
        {
            case ["insert", var name, .. var fault]:
                VirtualCard card = _box.Take(name);
                Pull();
                if (_time.GetElapsedTime(_pulledAt) is var since && since < HandTime) await Task.Delay(HandTime - since, _time);
                _card = card;
                card.Faults = fault.Length > 0 ? CardFaults.Parse(fault) : card.OwnFaults;
                await ConnectAsync();
                return new JsonObject { ["card"] = card.Name };
            case ["power"]:
                _card?.PowerOn();
                return [];
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
                // Stop the service first. A card that leaves before the service stops is a different fault.
                (_pcscd ?? throw new InvalidOperationException("this process has not started pcscd")).Stop();
                Disconnect();
                return [];
            case ["stats"]:
                return Statistics();
            default:
                throw new FormatException(
                    "insert NAME [FAULT] | pull | bounce MS | fault … | power | rate R | reader on|off | service on|off | stats | quit");
        }
    }

    private async Task PlugAsync(bool withReader)
    {
        if (_cardSlot is VscSlot qemu && withReader)
        {
            qemu.Announce();
            return;
        }

        Disconnect();
        if (_pcscd is not null) await _pcscd.StartAsync(withReader, CancellationToken.None);
        // A card that was not removed is still on the reader when the reader comes back.
        if (withReader && _card is not null) await ConnectAsync();
    }

    private async Task ConnectAsync()
    {
        if (_pcscd is { HasReader: false }) return;
        SlottedCard slot = new(_card!, _rate);
        await _cardSlot.InsertAsync(slot);
        _slot = slot;
    }

    private void Pull()
    {
        Disconnect();
        _card = null;
    }

    private void Disconnect()
    {
        if (_slot is null) return;
        _cardSlot.Remove();
        _slot.Dispose();
        _slot = null;
        _pulledAt = _time.GetTimestamp();
    }

    private JsonObject Statistics()
    {
        if (_slot is null) return new JsonObject { ["card"] = _card?.Name };
        CardStatistics s = _slot.Statistics;
        return new JsonObject
        {
            ["card"] = s.Card,
            ["apdus"] = s.Apdus,
            ["bytes"] = s.Bytes,
            ["verifyCount"] = s.VerifyCount,
            ["physicalTime"] = s.PhysicalTime,
            ["selectedFiles"] = new JsonArray([.. s.SelectedFiles.Select(f => JsonValue.Create(f))]),
            ["goneAt"] = s.GoneAt,
        };
    }
}
