using Kiosk.Core.Failures;

namespace Kiosk.Devices.TicketPrinter;

/// <summary>Prints tickets. One call at a time.</summary>
public interface ITicketPrinter
{
    /// <summary>Where it is, for a technician.</summary>
    string Name { get; }

    /// <summary>Prints and cuts. Ends within nine seconds, also when the printer hangs.</summary>
    /// <exception cref="FailureException">TicketPaperOut, TicketPrinterMissing. The ticket may have come out in part.</exception>
    Task PrintAsync(Ticket ticket, CancellationToken stop);

    /// <summary>Asks for the state and prints nothing. Ends within nine seconds.</summary>
    /// <exception cref="FailureException">TicketPaperOut, TicketPrinterMissing.</exception>
    Task CheckAsync(CancellationToken stop);
}
