namespace Kiosk.Devices.TicketPrinter;

/// <summary>What is printed, from top to bottom. Never a name and nothing of an insurance: whoever makes it sees to that.</summary>
public sealed record Ticket(IReadOnlyList<TicketPart> Parts);

/// <summary>The cases are the nested records; there are no others.</summary>
public abstract record TicketPart
{
    private TicketPart()
    {
    }

    /// <param name="Words">Characters of Shift_JIS; another one is printed as 〓. Too long a line is broken.</param>
    /// <param name="Scale">1 to 4 times as wide and high as usual; made smaller where the words do not fit on one line.</param>
    /// <param name="Centred">In the middle, else at the left.</param>
    public sealed record Line(string Words, int Scale = 1, bool Centred = false) : TicketPart;

    /// <param name="Content">ASCII, at most 100 characters.</param>
    public sealed record Qr(string Content) : TicketPart;

    /// <summary>An empty line.</summary>
    public sealed record Gap : TicketPart;
}
