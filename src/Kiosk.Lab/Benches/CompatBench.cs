using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Lab.Benches;

/// <summary>What the card layer did with one known reader.</summary>
/// <param name="Wrong">What went wrong, by a technician's words; empty: all is well.</param>
/// <param name="NotCarried">Commands that the reader did not carry, and that the card layer asked again in smaller pieces.</param>
/// <param name="ReadMs">From the card's insertion to the end of the reads and of the PIN.</param>
internal sealed record CompatResult(
    string File, string Reader, string System, string Slot, int LargestAnswer, int NotCarried, double ReadMs, IReadOnlyList<string> Wrong);

/// <summary>
/// `compat`: the card layer of the kiosk with each known reader (<see cref="KnownReader"/>), under the names of Windows and of pcsc-lite.
/// The right slot is found beside other devices of a PC, a mute slot is no card, a card is read and its PIN used, and a card that is
/// taken away is told.
/// </summary>
internal sealed class CompatBench(SimulatedHierarchy hierarchy, CardBox box, DateOnly today)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public async Task<CompatResult> RunAsync(string file, KnownReader known, bool isWindows, CancellationToken stop)
    {
        List<string> wrong = [];
        using KnownReaderPcsc pcsc = new(known, isWindows);
        KnownSlot slot = known.Slots.Single(s => s.Holds == "card");
        await using PcscCardReader reader = new(
            new PcscCardReaderOptions(ReaderPattern.ForName(""), hierarchy.Trust(today)) { IsWindows = isWindows }, pcsc,
            TimeProvider.System);
        await using IAsyncEnumerator<ReaderEvent> events = reader.WatchAsync(stop).GetAsyncEnumerator(stop);
        Require(await NextAsync() is ReaderEvent.Found, "the reader is not found");
        VirtualCard card = box.Take("standard");
        int before = card.VerifyCount;
        Stopwatch since = Stopwatch.StartNew();
        pcsc.Insert(card);
        ReaderEvent? seen = await NextAsync();
        Require(seen is ReaderEvent.CardInserted, $"a card is told as {seen}");
        try
        {
            await using ICardSession session = await reader.OpenAsync(stop);
            CardFacts facts = await session.IdentifyAsync(today, stop);
            Require(facts.Kind == CardKind.MyNumberCard, $"the card is taken for {facts.Kind}");
            using Secret number = Digits(VirtualCards.PrintedNumber("standard", today)!);
            using CardPhoto photo = await session.ReadPhotoAsync(number, null, stop);
            using Secret pin = Digits(VirtualCards.Pin("standard")!);
            (PinAnswer answer, CardEvidence? evidence) = await session.VerifyPinAsync(pin, RandomNumberGenerator.GetBytes(32), stop);
            Require(answer is PinAnswer.Accepted && evidence is not null, $"the PIN is {answer}");
        }
        catch (FailureException failure)
        {
            wrong.Add($"{failure.Failure}: {failure.Detail}");
        }

        double took = since.Elapsed.TotalMilliseconds;
        // One VERIFY for 照合番号B and one for the PIN, whatever had to be asked again.
        Require(card.VerifyCount - before == 2, $"{card.VerifyCount - before} VERIFY were sent, not 2");
        pcsc.Remove();
        seen = await NextAsync();
        Require(seen is ReaderEvent.CardRemoved, $"a removal is told as {seen}");
        Require(!card.IsOpen, "the card kept its power");
        return new(file, known.Reader, isWindows ? "Windows" : "Linux", slot.NameOn(isWindows), pcsc.LargestAnswer, pcsc.NotCarried,
            Math.Round(took, 1), wrong);

        async Task<ReaderEvent?> NextAsync()
        {
            try
            {
                return await events.MoveNextAsync().AsTask().WaitAsync(_patience, stop) ? events.Current : null;
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        void Require(bool holds, string otherwise)
        {
            if (!holds) wrong.Add(otherwise);
        }
    }

    private static Secret Digits(string digits)
    {
        Secret secret = new(digits.Length);
        Encoding.ASCII.GetBytes(digits, secret.Fill(digits.Length));
        return secret;
    }
}
