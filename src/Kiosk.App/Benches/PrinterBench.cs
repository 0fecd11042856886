using Kiosk.Core.Failures;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Benches;

/// <summary>A ticket printer under test.</summary>
/// <param name="Cover">Opens (true) or closes the cover; null: a person must.</param>
internal sealed record PrinterUnderTest(DeviceFacts Facts, ITicketPrinter Printer, Action<bool>? Cover);

/// <summary>
/// `bench printer`: how soon the printer answers a question about its state, how long a ticket takes until its end is reported, and
/// whether an open cover is noticed and a closed one forgotten. The printed tickets say that they are tests.
/// </summary>
/// <param name="tickets">How many are printed.</param>
/// <param name="questions">How often the state is asked for.</param>
internal sealed class PrinterBench(PrinterUnderTest tested, int tickets, int questions)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60), s_pause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(BenchRun run, CancellationToken stop)
    {
        run.Uses(tested.Facts);
        await run.PartAsync("state", questions, async done =>
        {
            for (int i = 0; i < questions; i++, done())
                await TimeAsync(run, "state", "connection, cover and paper asked and answered", () => tested.Printer.CheckAsync(stop));
        });
        await run.PartAsync("tickets", tickets, async done =>
        {
            for (int i = 0; i < tickets; i++, done())
            {
                Ticket ticket = TestTicket(i + 1);
                await TimeAsync(run, "ticket", "until the printer reports that all is printed and cut",
                    () => tested.Printer.PrintAsync(ticket, stop));
            }
        });
        await run.PartAsync("cover", 2, async done =>
        {
            foreach (bool open in new[] { true, false })
            {
                if (tested.Cover is { } cover) cover(open);
                else await Console.Error.WriteLineAsync(open ? "→ open the cover" : "→ close the cover");
                await CoverAsync(run, open, stop);
                done();
            }
        });
        run.Tell($"{tickets} tickets, {questions} questions");
    }

    /// <summary>As long as a ticket of a visit: a title, a large number, three lines and a QR code.</summary>
    private static Ticket TestTicket(int number) => new(
    [
        new TicketPart.Line("試験の印刷 / TEST", Centred: true),
        new TicketPart.Line(number.ToString(System.Globalization.CultureInfo.InvariantCulture), 4, Centred: true),
        new TicketPart.Gap(),
        new TicketPart.Line("この券は受付には使えません。"),
        new TicketPart.Line("濁点・小さい文字：ガギグ ャュョ 々〆"),
        new TicketPart.Line("0123456789 ABCDEFGHIJ abcdefghij"),
        new TicketPart.Qr("https://www.example.jp/test"),
    ]);

    private static async Task TimeAsync(BenchRun run, string metric, string what, Func<Task> work)
    {
        long since = run.Time.GetTimestamp();
        await work();
        run.Add(metric, "ms", what, run.Since(since));
    }

    private async Task CoverAsync(BenchRun run, bool open, CancellationToken stop)
    {
        long since = run.Time.GetTimestamp();
        while (await IsOpenAsync(stop) != open)
        {
            if (run.Time.GetElapsedTime(since) > s_patience)
                throw new FailureException(Failure.TicketPrinterMissing,
                    $"{tested.Printer.Name}: the {(open ? "open" : "closed")} cover was not reported within {s_patience.TotalSeconds} s");
            await Task.Delay(s_pause, run.Time, stop);
        }

        if (tested.Cover is not null)
            run.Add(open ? "cover noticed" : "cover forgotten", "ms", "from the cover to the answer that says so", run.Since(since));
    }

    private async Task<bool> IsOpenAsync(CancellationToken stop)
    {
        try
        {
            await tested.Printer.CheckAsync(stop);
            return false;
        }
        catch (FailureException paper) when (paper.Failure is Failure.TicketPaperOut)
        {
            return true;
        }
    }
}
