namespace Kiosk.Simulators.TicketPrinter;

/// <summary>A ticket as the simulated printer printed it.</summary>
/// <param name="Lines">Its lines of text, without empty ones.</param>
/// <param name="Codes">The contents of its QR codes.</param>
/// <param name="WidestDots">Dots of its widest line; 58 mm paper has 384.</param>
public sealed record PrintedTicket(IReadOnlyList<string> Lines, IReadOnlyList<string> Codes, int WidestDots);
