using System.Diagnostics.CodeAnalysis;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardReader.Bench;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.App.Benches;

/// <param name="Insertions">How often the card is laid down and taken, 1 to 100,000.</param>
/// <param name="Removals">How often it is taken in the middle of a read.</param>
/// <param name="Reads">Whole reads per card and bit rate.</param>
/// <param name="Rates">kbit/s; only where the hand can choose.</param>
/// <param name="Reconnects">How often the reader's cable is pulled.</param>
/// <param name="Seed">Of the random moments.</param>
/// <param name="UnplugAfter">The reader's cable is pulled before this insertion and stays out; null: not.</param>
internal sealed record ReaderBenchOptions(int Insertions, int Removals, int Reads, IReadOnlyList<string> Rates, int Reconnects, int Seed, int? UnplugAfter);

/// <summary>`bench reader`: detection, APDU latency, reads by card and bit rate, many insertions, removals at random moments, reconnect. No PIN is ever sent.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Repeatable moments, not secrets.")]
internal sealed class ReaderBench(ReaderUnderTest tested, ReaderBenchOptions options)
{
    private const int Selects = 100;

    /// <summary>A person needs a while to find the card; a machine does not.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ICardHand _hand = tested.Hand;
    private readonly Random _random = new(options.Seed);

    private string Ordinary => _hand.Cards[0];

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        run.With("insertions", options.Insertions);
        run.With("removals", options.Removals);
        run.With("seed", options.Seed);
        await using NewsLog news = new(tested.Reader, run.Time);
        await news.NextAsync<ReaderEvent.Found>(TimeSpan.FromSeconds(15), stop);
        await run.PartAsync("single commands", 1, async _ => await SelectAsync(run, news, stop));
        await ReadsAsync(run, news, stop);
        await run.PartAsync("insertions", options.Insertions, done => InsertAsync(run, news, done, stop));
        if (options.Removals > 0) await run.PartAsync("taken at random moments", options.Removals, done => RemoveAsync(run, news, done, stop));
        if (tested.Plug is IPlug plug && options.Reconnects > 0) await run.PartAsync("reader's cable out and in", options.Reconnects, done => ReconnectAsync(run, news, plug, done, stop));
        else run.Skip("reader reconnect", options.Reconnects == 0 ? "not asked for" : "nobody here can pull the cable (a USB reader and root are needed)");
        if (!_hand.IsExact) run.Skip("detection", "a person lays the card down: the moment is not known");
    }

    private async Task SelectAsync(BenchRun run, NewsLog news, CancellationToken stop)
    {
        await LayAsync(run, news, Ordinary, stop);
        await Task.Factory.StartNew(
            () =>
            {
                long since = run.Time.GetTimestamp();
                using ApduProbe probe = ApduProbe.Open(tested.Pattern, new NativePcsc());
                run.Add("power up", "ms", "connect, ATR, transaction", run.Since(since));
                for (int i = 0; i < Selects && !stop.IsCancellationRequested; i++) run.Add("select", "ms", "SELECT of the JPKI application, from the call to its return", probe.SelectMs());
            },
            stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await TakeAsync(run, news, stop);
    }

    private async Task ReadsAsync(BenchRun run, NewsLog news, CancellationToken stop)
    {
        string[] rates = [.. options.Rates.Where(_hand.Rates.Contains)];
        if (options.Reads == 0) return;
        await run.PartAsync("whole reads", Math.Max(1, rates.Length) * _hand.Cards.Count * options.Reads, async done =>
        {
            foreach (string rate in rates.Length > 0 ? rates : [""])
            {
                if (rate.Length > 0) await _hand.SetRateAsync(rate, stop);
                foreach (string card in _hand.Cards)
                    for (int i = 0; i < options.Reads; i++, done()) await ReadAsync(run, news, card, rate, stop);
            }
        });
        if (rates.Length > 0) await _hand.SetRateAsync(rates[^1], stop);
        else run.Skip("reads by bit rate", "the bit rate is between this reader and its card");
    }

    private async Task ReadAsync(BenchRun run, NewsLog news, string card, string rate, CancellationToken stop)
    {
        await LayAsync(run, news, card, stop);
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
                using CardPhoto read = await session.ReadPhotoAsync(number, stop);
                run.Add($"photo {of}", "ms", "the card face read, proven genuine by its signatures", run.Since(photo));
            }
        }
        double whole = run.Since(since);
        if (await _hand.PhysicsAsync(stop) is double physics && physics > 0)
        {
            run.Add($"physics {of}", "ms", "what card and air need for it by the model", physics, Better.Neither);
            run.Add($"beyond physics {of}", "ms", "the reader's, the service's and our own part of the whole read", whole - physics);
        }
        await TakeAsync(run, news, stop);
    }

    private async Task InsertAsync(BenchRun run, NewsLog news, Action done, CancellationToken stop)
    {
        for (int i = 0; i < options.Insertions; i++, done())
        {
            if (i == options.UnplugAfter && tested.Plug is IPlug plug)
            {
                run.Tell("cable pulled by --unplug-after");
                await plug.PullAsync(stop);
            }
            await LayAsync(run, news, Ordinary, stop);
            long since = run.Time.GetTimestamp();
            string answer;
            await using (ICardSession session = await tested.Reader.OpenAsync(stop))
                answer = await AnswerAsync(() => session.IdentifyAsync(Today(run), stop));
            run.Add("insertion", "ms", "from the news of the card to what it is", run.Since(since));
            bool good = _hand is PersonHand || answer == "MyNumberCard";
            run.Add("insertion failed", "", "1 for each insertion that did not tell an ordinary card", good ? 0 : 1);
            if (!good) run.Tell($"insertion {i + 1}: {answer}");
            await TakeAsync(run, news, stop);
        }
    }

    private async Task RemoveAsync(BenchRun run, NewsLog news, Action done, CancellationToken stop)
    {
        double longest = 300;
        for (int i = 0; i < options.Removals; i++, done())
        {
            await LayAsync(run, news, Ordinary, stop);
            long since = run.Time.GetTimestamp();
            double moment = _random.NextDouble() * longest;
            Task<string> reading = ReadThroughAsync(run, stop);
            if (_hand.IsExact) await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(moment), run.Time, stop));
            long taken = run.Time.GetTimestamp();
            await _hand.TakeAsync(stop);
            string ended = await reading;
            if (ended == "whole") longest = Math.Max(100, run.Since(since));
            long gone = await news.NextAsync<ReaderEvent.CardRemoved>(_patience, stop);
            if (_hand.IsExact) run.Add("removal noticed", "ms", "from the card taken to its news", Math.Max(0, run.Time.GetElapsedTime(taken, gone).TotalMilliseconds));
            run.Add("removal surprise", "", "1 for each read that ended in anything but whole, CardMoved or CardUnreadable", ended is "whole" or nameof(Failure.CardMoved) or nameof(Failure.CardUnreadable) ? 0 : 1);
            run.Tell(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"taken after {run.Time.GetElapsedTime(since, taken).TotalMilliseconds:F0} ms: {ended}"));
        }
    }

    private async Task<string> ReadThroughAsync(BenchRun run, CancellationToken stop)
    {
        try
        {
            await using ICardSession session = await tested.Reader.OpenAsync(stop);
            await session.IdentifyAsync(Today(run), stop);
            using Secret? number = _hand.NumberOf(Ordinary);
            if (number is not null) (await session.ReadPhotoAsync(number, stop)).Dispose();
            return "whole";
        }
        catch (FailureException failure)
        {
            return failure.Failure.ToString();
        }
    }

    private async Task ReconnectAsync(BenchRun run, NewsLog news, IPlug plug, Action done, CancellationToken stop)
    {
        for (int i = 0; i < options.Reconnects; i++, done())
        {
            long since = run.Time.GetTimestamp();
            await plug.PullAsync(stop);
            run.Add("reader loss noticed", "ms", "from the pulled cable to its news", run.Time.GetElapsedTime(since, await news.NextAsync<ReaderEvent.Lost>(_patience, stop)).TotalMilliseconds);
            since = run.Time.GetTimestamp();
            await plug.PushAsync(stop);
            run.Add("reader reconnect", "ms", "from the cable pushed in to its news", Math.Max(0, run.Time.GetElapsedTime(since, await news.NextAsync<ReaderEvent.Found>(_patience, stop)).TotalMilliseconds));
        }
        await LayAsync(run, news, Ordinary, stop);
        await using (ICardSession session = await tested.Reader.OpenAsync(stop)) run.Tell($"after the last reconnect the card tells: {await AnswerAsync(() => session.IdentifyAsync(Today(run), stop))}");
        await TakeAsync(run, news, stop);
    }

    private async Task LayAsync(BenchRun run, NewsLog news, string card, CancellationToken stop)
    {
        await _hand.LayAsync(card, stop);
        long laid = run.Time.GetTimestamp();
        long seen = await news.NextAsync<ReaderEvent.CardInserted>(_patience, stop);
        if (_hand.IsExact) run.Add("detection", "ms", "from the card laid down to its news", Math.Max(0, run.Time.GetElapsedTime(laid, seen).TotalMilliseconds));
    }

    private async Task TakeAsync(BenchRun run, NewsLog news, CancellationToken stop)
    {
        long taken = run.Time.GetTimestamp();
        await _hand.TakeAsync(stop);
        long gone = await news.NextAsync<ReaderEvent.CardRemoved>(_patience, stop);
        if (_hand.IsExact) run.Add("removal noticed", "ms", "from the card taken to its news", Math.Max(0, run.Time.GetElapsedTime(taken, gone).TotalMilliseconds));
    }

    /// <summary>What the card is, or the failure that says what it is not.</summary>
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

    private static DateOnly Today(BenchRun run) => DateOnly.FromDateTime(run.Time.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).Date);
}
