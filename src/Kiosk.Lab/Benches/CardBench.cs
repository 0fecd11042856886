using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Lab.Desk;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Lab.Benches;

/// <summary>
/// `kiosk-lab bench card`: identifies a card, reads and verifies its photo, and has it sign a challenge, through libpcsclite, a real
/// pcscd and the virtual reader. The card waits as long as the model of its link requires. The rest of the time is the software's own.
/// </summary>
internal static class CardBench
{
    private const string Card = "standard";

    public static async Task<int> RunAsync(int reads, string? jsonFile, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        DateOnly today = JapanTime.DateOf(time.GetUtcNow());
        await using VirtualCardDesk desk = await VirtualCardDesk.StartAsync(
            new PrivatePcscdOptions(PrivatePcscdOptions.CommandOf(LabFiles.Lab), today), time, stop);
        SortedDictionary<string, object> figures = new(StringComparer.Ordinal) { ["reads"] = reads };
        await ReadAsync(desk, "none", false, today, stop); // warm-up, not measured
        foreach (string rate in (string[])["none", "106", "212", "424", "contact-fast"])
        {
            List<Read> plain = await SeveralAsync(rate, extended: false);
            Read middle = Middle(plain);
            (figures["apdus"], figures["bytes"]) = (middle.Apdus, middle.Bytes);
            Put(figures, rate, middle);
            if (rate == "none") continue;
            Read extended = Middle(await SeveralAsync(rate, extended: true));
            Put(figures, $"{rate}_extended", extended);
            figures[$"extended_saves_percent_{rate}"] = Math.Round(100 * (1 - (extended.Took / middle.Took)), 1);
        }

        foreach ((string name, object value) in figures) Console.WriteLine($"{name,-34} {value}");
        if (jsonFile is not null) await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures), stop);
        return 0;

        async Task<List<Read>> SeveralAsync(string rate, bool extended)
        {
            List<Read> all = [];
            for (int i = 0; i < reads; i++) all.Add(await ReadAsync(desk, rate, extended, today, stop));
            ProgressOutput.Print(string.Create(CultureInfo.InvariantCulture,
                $"{rate}{(extended ? " extended" : "")}: {Middle(all).Took:F1} ms, of which software {Middle(all).Ours:F1}"));
            return all;
        }
    }

    private static async Task<Read> ReadAsync(VirtualCardDesk desk, string rate, bool extended, DateOnly today, CancellationToken stop)
    {
        await desk.SetRateAsync(rate, stop);
        await using PcscCardReader reader = new(
            new PcscCardReaderOptions(new ReaderPattern(VirtualCardDesk.ReaderPattern), desk.Trust, extended), new NativePcsc(),
                TimeProvider.System);
        await desk.InsertAsync(Card, stop);
        await foreach (ReaderEvent news in reader.WatchAsync(stop))
            if (news is ReaderEvent.CardInserted) break;
        string digits = desk.NumberOf(Card)!;
        using Secret number = new(digits.Length);
        Encoding.ASCII.GetBytes(digits, number.Fill(digits.Length));
        long opening = Stopwatch.GetTimestamp();
        await using ICardSession session = await reader.OpenAsync(stop);
        double opened = Stopwatch.GetElapsedTime(opening).TotalMilliseconds;
        long since = Stopwatch.GetTimestamp();
        await session.IdentifyAsync(today, stop);
        double identified = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        (await session.ReadPhotoAsync(number, null, stop)).Dispose();
        await session.ProvePresenceAsync(new byte[32], stop);
        double took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        CardStatistics card = await desk.StatsAsync(stop);
        await desk.PullAsync(stop);
        return new(opened, identified, took, card.PhysicalTime, card.Apdus, card.Bytes);
    }

    private static Read Middle(List<Read> reads) => reads.OrderBy(r => r.Ours).ElementAt(reads.Count / 2);

    private static void Put(SortedDictionary<string, object> figures, string rate, Read read)
    {
        figures[$"read_ms_{rate}"] = Math.Round(read.Took, 1);
        figures[$"physical_ms_{rate}"] = Math.Round(read.Physical, 1);
        figures[$"overhead_ms_{rate}"] = Math.Round(read.Ours, 1);
        figures[$"identify_ms_{rate}"] = Math.Round(read.Identified, 1);
        figures[$"open_ms_{rate}"] = Math.Round(read.Opened, 1);
        if (read.Physical > 0) figures[$"overhead_percent_{rate}"] = Math.Round(100 * read.Ours / read.Physical, 2);
    }

    /// <param name="Opened">Time for power-up and connection, ms. Not part of <paramref name="Took"/>.</param>
    /// <param name="Identified">Time until the choice of method can be shown, ms. Part of <paramref name="Took"/>.</param>
    /// <param name="Took">Time to identify the card, read the photo with both proofs, and sign the challenge, ms.</param>
    /// <param name="Physical">Time that link and card need by the model, ms.</param>
    private sealed record Read(double Opened, double Identified, double Took, double Physical, int Apdus, long Bytes)
    {
        public double Ours => Took - Physical;
    }
}
