using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardFace;
using Kiosk.Simulators.CardFace;

namespace Kiosk.Simulators.CardReader;

/// <summary>A card reader and a box of cards on a desk that has neither: what <c>kiosk simulate</c> and the tests hold.</summary>
public sealed class VirtualCardDesk : IAsyncDisposable
{
    /// <summary>Reader names the desk gives: "Kiosk Virtual Reader 1 00 00", then 2 after each return.</summary>
    public const string ReaderPattern = "Kiosk Virtual Reader * 00 00";

    private readonly PrivatePcscd _pcscd;
    private readonly DateOnly _today;
    private volatile string? _inserted;

    private VirtualCardDesk(PrivatePcscd pcscd, DateOnly today, TimeProvider time)
    {
        _pcscd = pcscd;
        _today = today;
        Trust = pcscd.Hierarchy.Trust(today);
        Tray = new SimulatedTrayCamera(() => _inserted is { } name ? VirtualCards.Print(name, today) : null, time);
        PrintedNumber = new PrintedNumberCamera(Tray, time);
    }

    /// <summary>Anchors that take the desk's cards for genuine.</summary>
    public CardTrust Trust { get; }

    /// <summary>The CA that issued the cards' certificates, DER: for the reception.</summary>
    public byte[] JpkiCa => _pcscd.Hierarchy.AuthorityCertificate(_today);

    /// <summary>Writes what the reception's simulated institution (特定機関認証) needs for the desk's cards.</summary>
    public void WriteInstitutionTo(string folder) => InstitutionKeys.WriteTo(folder, _pcscd.Hierarchy);

    /// <summary>The camera above the reader.</summary>
    public SimulatedTrayCamera Tray { get; }

    /// <summary>What the kiosk reads in its picture.</summary>
    public PrintedNumberCamera PrintedNumber { get; }

    /// <summary>The card now lying there; null: none.</summary>
    public string? Inserted => _inserted;

    /// <summary>For other PC/SC programs: their PCSCLITE_CSOCK_NAME.</summary>
    public string SocketPath => _pcscd.SocketPath;

    /// <summary>Starts a private pcscd and points this process's PC/SC to it: before any other PC/SC call, once a process.</summary>
    /// <exception cref="InvalidOperationException">Something is missing or does not start; the message says what.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The desk owns the pcscd.")]
    public static async Task<VirtualCardDesk> StartAsync(PrivatePcscdOptions options, TimeProvider time, CancellationToken stop)
    {
        if (PrivatePcscd.WhyNot(options.Pcscd, options.Driver) is { } missing) throw new InvalidOperationException(missing);
        PrivatePcscd pcscd = await PrivatePcscd.StartAsync(options, stop);
        pcscd.UseInThisProcess();
        return new VirtualCardDesk(pcscd, options.Today, time);
    }

    /// <summary>Puts a card down, at least 0.5 s after the last one was taken.</summary>
    /// <param name="name">Of <see cref="VirtualCards.All"/>, or the path of a JSON file.</param>
    /// <param name="fault">What goes wrong with it from its first APDU on, see <see cref="CardFaults.Words"/>; empty: its own.</param>
    public async Task InsertAsync(string name, CancellationToken stop, string fault = "")
    {
        await _pcscd.SendAsync($"insert {name} {fault}", stop);
        _inserted = name;
    }

    public async Task PullAsync(CancellationToken stop)
    {
        _inserted = null;
        await _pcscd.SendAsync("pull", stop);
    }

    /// <summary>The card jumps off the reader and back.</summary>
    public Task BounceAsync(TimeSpan gone, CancellationToken stop) => _pcscd.SendAsync($"bounce {(int)gone.TotalMilliseconds}", stop);

    /// <summary>Off: the reader is unplugged (ReaderMissing, after a moment of ReaderServiceDown). On: back, under a new name.</summary>
    public Task SetReaderAsync(bool isPlugged, CancellationToken stop) => _pcscd.SendAsync($"reader {OnOff(isPlugged)}", stop);

    /// <summary>Off: pcscd is killed (ReaderServiceDown).</summary>
    public Task SetServiceAsync(bool isRunning, CancellationToken stop) => _pcscd.SendAsync($"service {OnOff(isRunning)}", stop);

    /// <param name="fault">See <see cref="CardFaults.Parse"/>; for the card inserted.</param>
    public Task FaultAsync(string fault, CancellationToken stop) => _pcscd.SendAsync($"fault {fault}", stop);

    /// <param name="rate"><c>none</c>, <c>106</c>, <c>212</c>, <c>424</c>, <c>contact</c>; from the next insertion on.</param>
    public Task SetRateAsync(string rate, CancellationToken stop) => _pcscd.SendAsync($"rate {rate}", stop);

    /// <summary>Since the card was inserted; zeros without a card.</summary>
    public async Task<CardStatistics> StatsAsync(CancellationToken stop)
    {
        JsonObject s = await _pcscd.SendAsync("stats", stop);
        return new CardStatistics(
            s["card"]?.GetValue<string>(),
            s["apdus"]?.GetValue<int>() ?? 0,
            s["bytes"]?.GetValue<long>() ?? 0,
            s["verifyCount"]?.GetValue<int>() ?? 0,
            s["physicalTime"]?.GetValue<double>() ?? 0,
            s["selectedFiles"] is JsonArray files ? [.. files.Select(f => f!.GetValue<string>())] : [],
            s["goneAt"]?.GetValue<long>());
    }

    /// <summary>照合番号B of any card in the box, for tests that type it.</summary>
    public string? NumberOf(string name) => VirtualCards.PrintedNumber(name, _today);

    public ValueTask DisposeAsync()
    {
        PrintedNumber.Dispose();
        return _pcscd.DisposeAsync();
    }

    private static string OnOff(bool isOn) => isOn ? "on" : "off";
}
