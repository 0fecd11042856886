using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardFace;
using Kiosk.Simulators.CardFace;

namespace Kiosk.Simulators.CardReader;

/// <summary>A simulated card reader with all virtual cards, for <c>kiosk-lab simulate</c> and tests.</summary>
public sealed class VirtualCardDesk : IAsyncDisposable
{
    /// <summary>
    /// Pattern of the reader's names: "Kiosk Virtual Reader 1 00 00", with a higher number each time the reader comes back.
    /// </summary>
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

    /// <summary>Trust anchors with which the kiosk accepts these cards as genuine.</summary>
    public CardTrust Trust { get; }

    /// <summary>The CAs that issued the certificates of the cards, DER, by name. The reception needs all of them.</summary>
    public IReadOnlyDictionary<string, byte[]> JpkiCas => _pcscd.Hierarchy.AuthorityCertificates(_today);

    /// <summary>Writes the anchors with which the reception verifies the card faces of these cards, as cv-KEYID.pem.</summary>
    public void WriteTrustTo(string folder) => _pcscd.Hierarchy.SaveTrust(folder, _today);

    /// <summary>Writes the files that the reception's simulated institution (特定機関認証) needs for these cards.</summary>
    public void WriteInstitutionTo(string folder) => InstitutionKeys.WriteTo(folder, _pcscd.Hierarchy);

    /// <summary>The simulated camera above the reader.</summary>
    public SimulatedTrayCamera Tray { get; }

    /// <summary>The reader of printed digits that works on the picture of that camera.</summary>
    public PrintedNumberCamera PrintedNumber { get; }

    /// <summary>The card on the reader; null: none.</summary>
    public string? Inserted => _inserted;

    /// <summary>Value of PCSCLITE_CSOCK_NAME for other PC/SC programs.</summary>
    public string SocketPath => _pcscd.SocketPath;

    /// <summary>Starts a private pcscd and makes this process use it. Call it once per process, before any other PC/SC call.</summary>
    /// <exception cref="InvalidOperationException">A program is missing or does not start; the message says which.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The desk owns the pcscd.")]
    public static async Task<VirtualCardDesk> StartAsync(PrivatePcscdOptions options, TimeProvider time, CancellationToken stop)
    {
        if (PrivatePcscd.WhyNot(options.Pcscd, options.Driver) is { } missing) throw new InvalidOperationException(missing);
        PrivatePcscd pcscd = await PrivatePcscd.StartAsync(options, stop);
        pcscd.UseInThisProcess();
        return new VirtualCardDesk(pcscd, options.Today, time);
    }

    /// <summary>Lays a card on the reader, at least 0.5 s after the previous one was removed.</summary>
    /// <param name="name">A name of <see cref="VirtualCards.All"/>, or the path of a JSON file.</param>
    /// <param name="fault">Fault from the first APDU on, see <see cref="CardFaults.Words"/>. Empty: the card's own fault, if any.</param>
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

    /// <summary>Removes the card for a short time and inserts it again.</summary>
    public Task BounceAsync(TimeSpan gone, CancellationToken stop) => _pcscd.SendAsync($"bounce {(int)gone.TotalMilliseconds}", stop);

    /// <summary>
    /// Off: the reader is unplugged (ReaderMissing, for a moment ReaderServiceDown before it). On: it comes back with a new name.
    /// </summary>
    public Task SetReaderAsync(bool isPlugged, CancellationToken stop) => _pcscd.SendAsync($"reader {OnOff(isPlugged)}", stop);

    /// <summary>Off: pcscd is killed (ReaderServiceDown).</summary>
    public Task SetServiceAsync(bool isRunning, CancellationToken stop) => _pcscd.SendAsync($"service {OnOff(isRunning)}", stop);

    /// <param name="fault">See <see cref="CardFaults.Parse"/>. It applies to the inserted card.</param>
    public Task FaultAsync(string fault, CancellationToken stop) => _pcscd.SendAsync($"fault {fault}", stop);

    /// <param name="rate"><c>none</c>, <c>106</c>, <c>212</c>, <c>424</c>, <c>contact</c>; from the next insertion on.</param>
    public Task SetRateAsync(string rate, CancellationToken stop) => _pcscd.SendAsync($"rate {rate}", stop);

    /// <summary>Figures since the card was inserted. All zero without a card.</summary>
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

    /// <summary>照合番号B of any virtual card, for tests that type it.</summary>
    public string? NumberOf(string name) => VirtualCards.PrintedNumber(name, _today);

    public ValueTask DisposeAsync()
    {
        PrintedNumber.Dispose();
        return _pcscd.DisposeAsync();
    }

    private static string OnOff(bool isOn) => isOn ? "on" : "off";
}
