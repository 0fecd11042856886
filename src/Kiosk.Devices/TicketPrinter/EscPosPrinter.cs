using System.Net.Sockets;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>
/// An ESC/POS printer with status answers. The connection is opened for each ticket and for each check, so a printer that was switched off
/// works again by itself.
/// </summary>
/// <param name="time">For the limits; the system's clock except in tests.</param>
public sealed class EscPosPrinter(PrinterAddress address, TimeProvider time) : ITicketPrinter
{
    private static readonly TimeSpan s_open = TimeSpan.FromSeconds(2), s_answer = TimeSpan.FromSeconds(1),
        s_write = TimeSpan.FromSeconds(2), s_print = TimeSpan.FromSeconds(3), s_all = TimeSpan.FromSeconds(9);

    public string Name => address.ToString();

    public Task CheckAsync(CancellationToken stop) => WithPortAsync(LookAsync, stop);

    public Task PrintAsync(Ticket ticket, CancellationToken stop)
    {
        byte[] bytes = EscPos.Bytes(ticket);
        return WithPortAsync(async (port, within) =>
        {
            await LookAsync(port, within);
            await WithinAsync(s_write, token => port.WriteAsync(bytes, token), within);
            await WithinAsync(s_answer, token => port.WriteAsync(EscPos.AskDone, token), within);
            byte? done = await AnswerAsync(port, EscPos.IsDone, s_print, within);
            if (done is null)
            {
                // The paper ended in the middle, or it hangs: these are answered in both cases, or never.
                await LookAsync(port, within);
                throw Missing("the ticket was sent, and its end was not reported");
            }

            if (EscPos.IsPaperOutAfter(done.Value)) throw PaperOut("the paper ended with this ticket");
        }, stop);
    }

    private async Task WithPortAsync(Func<IPrinterPort, CancellationToken, Task> work, CancellationToken stop)
    {
        using CancellationTokenSource late = new(s_all, time);
        using CancellationTokenSource within = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            using IPrinterPort port = await OpenAsync(within.Token);
            await work(port, within.Token);
        }
        catch (Exception e) when (e is IOException or SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            string why = e is OperationCanceledException ? "no answer" : e.Message;
            throw new FailureException(Failure.TicketPrinterMissing, $"{address}: {why}", e);
        }
    }

    private async Task<IPrinterPort> OpenAsync(CancellationToken stop)
    {
        if (address.Device.Length > 0) return DevicePrinterPort.Open(address.Device);
        IPrinterPort? port = null;
        await WithinAsync(s_open, async token => port = await TcpPrinterPort.OpenAsync(address.Host, address.Port, token), stop);
        return port!;
    }

    /// <summary>Asks why it is off-line, and for the paper.</summary>
    private async Task LookAsync(IPrinterPort port, CancellationToken stop)
    {
        byte offline = await AskAsync(port, EscPos.AskOffline, stop), paper = await AskAsync(port, EscPos.AskPaper, stop);
        if (EscPos.NeedsPaperOrCover(offline) || EscPos.IsPaperOut(paper)) throw PaperOut($"status {offline:X2} {paper:X2}");
        if (EscPos.HasError(offline)) throw Missing($"status {offline:X2} {paper:X2}");
    }

    private async Task<byte> AskAsync(IPrinterPort port, ReadOnlyMemory<byte> question, CancellationToken stop)
    {
        await WithinAsync(s_write, token => port.WriteAsync(question, token), stop);
        return await AnswerAsync(port, EscPos.IsRealTime, s_answer, stop) ?? throw Missing("no answer to a status question");
    }

    /// <summary>The first byte that is an answer to the question; others, of an earlier question, are dropped.</summary>
    /// <returns>Null: none came in time.</returns>
    private async Task<byte?> AnswerAsync(IPrinterPort port, Func<byte, bool> isAnswer, TimeSpan limit, CancellationToken stop)
    {
        byte[] one = new byte[1];
        try
        {
            await WithinAsync(limit, async token =>
            {
                do await port.ReadAsync(one, token);
                while (!isAnswer(one[0]));
            }, stop);
            return one[0];
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task WithinAsync(TimeSpan limit, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using CancellationTokenSource late = new(limit, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        await work(both.Token);
    }

    private FailureException PaperOut(string detail) => new(Failure.TicketPaperOut, $"{address}: {detail}");

    private FailureException Missing(string detail) => new(Failure.TicketPrinterMissing, $"{address}: {detail}");
}
