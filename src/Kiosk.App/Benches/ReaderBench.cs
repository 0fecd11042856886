using System.Diagnostics.CodeAnalysis;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader.Bench;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.App.Benches;

/// <summary>Options of `bench reader`.</summary>
/// <param name="Insertions">How often the card is laid down and taken away, 1 to 100,000.</param>
/// <param name="Removals">How often it is taken away in the middle of a read.</param>
/// <param name="Reads">Complete reads per card and bit rate.</param>
/// <param name="Rates">kbit/s; used only where the card placer can set the rate.</param>
/// <param name="Reconnects">How often the reader's cable is taken out and in.</param>
/// <param name="Seed">For the random moments of the removals.</param>
/// <param name="UnplugAfter">The reader's cable is taken out before this insertion and stays out; null: never.</param>
internal sealed record ReaderBenchOptions(int Insertions, int Removals, int Reads, IReadOnlyList<string> Rates, int Reconnects, int Seed,
    int? UnplugAfter);

/// <summary>
/// `bench reader`: detection, APDU latency, reads by card and bit rate, insertions, removals at random moments, reconnection. Never sends
/// a PIN.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Moments that can be repeated; nothing secret.")]
internal sealed class ReaderBench(ReaderUnderTest tested, ReaderBenchOptions options)
{
    private const int Selects = 100;

    /// <summary>Long enough for a person to find the card.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ICardPlacer _hand = tested.Hand;
    private readonly Random _random = new(options.Seed);

    private string Ordinary => _hand.Cards[0];

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        run.With("insertions", options.Insertions);
        run.With("removals", options.Removals);
        run.With("seed", options.Seed);
        await using ReaderEventLog log = new(tested.Reader, run.Time);
        await log.NextAsync<ReaderEvent.Found>(TimeSpan.FromSeconds(15), stop);
        await run.PartAsync("single commands", 1, async _ => await SelectAsync(run, log, stop));
        await ReadsAsync(run, log, stop);
        await run.PartAsync("insertions", options.Insertions, done => InsertAsync(run, log, done, stop));
        if (options.Removals > 0)
            await run.PartAsync("removals at random moments", options.Removals, done => RemoveAsync(run, log, done, stop));
        if (tested.Plug is ICableSwitch plug && options.Reconnects > 0)
            await run.PartAsync("reader's cable out and in", options.Reconnects, done => ReconnectAsync(run, log, plug, done, stop));
        else run.Skip("reader reconnect", options.Reconnects == 0 ? "not asked for"
            : "the cable cannot be switched here (needs a USB reader and root)");
        if (!_hand.IsExact) run.Skip("detection", "a person lays the card down: the exact time is not known");
    }

    private async Task SelectAsync(BenchRun run, ReaderEventLog log, CancellationToken stop)
    {
        await LayAsync(run, log, Ordinary, stop);
        await Task.Factory.StartNew(
            () =>
            {
                long since = run.Time.GetTimestamp();
                using ApduProbe probe = ApduProbe.Open(tested.Pattern, new NativePcsc());
                run.Add("power up", "ms", "connect, ATR, transaction", run.Since(since));
                for (int i = 0; i < Selects && !stop.IsCancellationRequested; i++)
                    run.Add("select", "ms", "SELECT of the JPKI application, from call to return", probe.SelectMs());
            },
            stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await TakeAsync(run, log, stop);
    }

    private async Task ReadsAsync(BenchRun run, ReaderEventLog log, CancellationToken stop)
    {
        string[] rates = [.. options.Rates.Where(_hand.Rates.Contains)];
        if (options.Reads == 0) return;
        await run.PartAsync("complete reads", Math.Max(1, rates.Length) * _hand.Cards.Count * options.Reads, async done =>
        {
            foreach (string rate in rates.Length > 0 ? rates : [""])
            {
                if (rate.Length > 0) await _hand.SetRateAsync(rate, stop);
                foreach (string card in _hand.Cards)
                    for (int i = 0; i < options.Reads; i++, done()) await ReadAsync(run, log, card, rate, stop);
            }
        });
        if (rates.Length > 0) await _hand.SetRateAsync(rates[^1], stop);
        else run.Skip("reads by bit rate", "reader and card agree on the bit rate; it cannot be set here");
    }

    private async Task ReadAsync(BenchRun run, ReaderEventLog log, string card, string rate, CancellationToken stop)
    {
        await LayAsync(run, log, card, stop);
        string of = rate.Length > 0 ? $"{card} {rate}" : card;
        long since = run.Time.GetTimestamp();
        await using (ICardSession session = await tested.Reader.OpenAsync(stop))
        {
            string answer = await AnswerAsync(() => session.IdentifyAsync(Today(run), stop));
            run.Add($"identify {of}", "ms", $"power up, which card, which certificate: {answer}", run.Since(since));
            using Secret? number = _hand.NumberOf(card);
            if (number is not null && answer == "MyNumberCard")
            {
                long photo = run.Time.GetTimestamp();
                using CardPhoto read = await session.ReadPhotoAsync(number, null, stop);
                run.Add($"photo {of}", "ms", "the card face, read and checked by its signatures", run.Since(photo));
            }
        }
        double whole = run.Since(since);
        if (await _hand.ModelledTimeAsync(stop) is double physics && physics > 0)
        {
            run.Add($"physics {of}", "ms", "time that card and radio link need by the model", physics, Better.Neither);
            run.Add($"beyond physics {of}", "ms", "what reader, PC/SC service and this program add to it", whole - physics);
        }
        await TakeAsync(run, log, stop);
    }

    private async Task InsertAsync(BenchRun run, ReaderEventLog log, Action done, CancellationToken stop)
    {
        for (int i = 0; i < options.Insertions; i++, done())
        {
            if (i == options.UnplugAfter && tested.Plug is ICableSwitch plug)
            {
                run.Tell("cable taken out by --unplug-after");
                await plug.UnplugAsync(stop);
            }
            await LayAsync(run, log, Ordinary, stop);
            long since = run.Time.GetTimestamp();
            string answer;
            await using (ICardSession session = await tested.Reader.OpenAsync(stop))
                answer = await AnswerAsync(() => session.IdentifyAsync(Today(run), stop));
            run.Add("insertion", "ms", "from the card's event to the kind of card", run.Since(since));
            bool good = _hand is AskedPerson || answer == "MyNumberCard";
            run.Add("insertion failed", "", "1 for each insertion that was not recognised as an ordinary card", good ? 0 : 1);
            if (!good) run.Tell($"insertion {i + 1}: {answer}");
            await TakeAsync(run, log, stop);
        }
    }

    private async Task RemoveAsync(BenchRun run, ReaderEventLog log, Action done, CancellationToken stop)
    {
        double longest = 300;
        for (int i = 0; i < options.Removals; i++, done())
        {
            await LayAsync(run, log, Ordinary, stop);
            long since = run.Time.GetTimestamp();
            double moment = _random.NextDouble() * longest;
            Task<string> reading = ReadThroughAsync(run, stop);
            if (_hand.IsExact) await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(moment), run.Time, stop));
            long taken = run.Time.GetTimestamp();
            await _hand.TakeAsync(stop);
            string ended = await reading;
            if (ended == "whole") longest = Math.Max(100, run.Since(since));
            long gone = await log.NextAsync<ReaderEvent.CardRemoved>(_patience, stop);
            if (_hand.IsExact)
                run.Add("removal noticed", "ms", "from the card taken away to its event",
                    Math.Max(0, run.Time.GetElapsedTime(taken, gone).TotalMilliseconds));
            run.Add("removal surprise", "", "1 for each read that ended in anything but whole, CardMoved or CardUnreadable",
                ended is "whole" or nameof(Failure.CardMoved) or nameof(Failure.CardUnreadable) ? 0 : 1);
            run.Tell(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"taken away after {run.Time.GetElapsedTime(since, taken).TotalMilliseconds:F0} ms: {ended}"));
        }
    }

    private async Task<string> ReadThroughAsync(BenchRun run, CancellationToken stop)
    {
        try
        {
            await using ICardSession session = await tested.Reader.OpenAsync(stop);
            await session.IdentifyAsync(Today(run), stop);
            using Secret? number = _hand.NumberOf(Ordinary);
            if (number is not null) (await session.ReadPhotoAsync(number, null, stop)).Dispose();
            return "whole";
        }
        catch (FailureException failure)
        {
            return failure.Failure.ToString();
        }
    }

    private async Task ReconnectAsync(BenchRun run, ReaderEventLog log, ICableSwitch plug, Action done, CancellationToken stop)
    {
        for (int i = 0; i < options.Reconnects; i++, done())
        {
            long since = run.Time.GetTimestamp();
            await plug.UnplugAsync(stop);
            run.Add("reader loss noticed", "ms", "from the cable out to its event",
                run.Time.GetElapsedTime(since, await log.NextAsync<ReaderEvent.Lost>(_patience, stop)).TotalMilliseconds);
            since = run.Time.GetTimestamp();
            await plug.PlugInAsync(stop);
            run.Add("reader reconnect", "ms", "from the cable in to its event",
                Math.Max(0, run.Time.GetElapsedTime(since, await log.NextAsync<ReaderEvent.Found>(_patience, stop)).TotalMilliseconds));
        }
        await LayAsync(run, log, Ordinary, stop);
        await using (ICardSession session = await tested.Reader.OpenAsync(stop)) run.Tell(
            $"after the last reconnection the card is recognised as {await AnswerAsync(() => session.IdentifyAsync(Today(run), stop))}");
        await TakeAsync(run, log, stop);
    }

    private async Task LayAsync(BenchRun run, ReaderEventLog log, string card, CancellationToken stop)
    {
        await _hand.LayAsync(card, stop);
        long laid = run.Time.GetTimestamp();
        long seen = await log.NextAsync<ReaderEvent.CardInserted>(_patience, stop);
        if (_hand.IsExact)
            run.Add("detection", "ms", "from the card laid down to its event",
                Math.Max(0, run.Time.GetElapsedTime(laid, seen).TotalMilliseconds));
    }

    private async Task TakeAsync(BenchRun run, ReaderEventLog log, CancellationToken stop)
    {
        long taken = run.Time.GetTimestamp();
        await _hand.TakeAsync(stop);
        long gone = await log.NextAsync<ReaderEvent.CardRemoved>(_patience, stop);
        if (_hand.IsExact)
            run.Add("removal noticed", "ms", "from the card taken away to its event",
                Math.Max(0, run.Time.GetElapsedTime(taken, gone).TotalMilliseconds));
    }

    /// <summary>The kind of card, or the failure that names why it is not accepted.</summary>
    private static async Task<string> AnswerAsync(Func<Task<CardFacts>> identify)
    {
        try
        {
            return (await identify()).Kind.ToString();
        }
        catch (FailureException other) when (other.Failure is not (Failure.CardMoved or Failure.CardSilent))
        {
            return other.Failure.ToString();
        }
    }

    private static DateOnly Today(BenchRun run) => JapanTime.DateOf(run.Time.GetUtcNow());
}
