using System.Diagnostics;
using System.Text;
using Kiosk.Core.Failures;
using Kiosk.Devices.TicketPrinter;
using Kiosk.Simulators.TicketPrinter;

namespace Kiosk.Tests.Tickets;

/// <summary>The driver and the simulated printer, over TCP.</summary>
public sealed class EscPosPrinterTests
{
    private static readonly Ticket s_ticket =
        new([new TicketPart.Line("受付番号"), new TicketPart.Line("7", 4), new TicketPart.Line("お待ちください。")]);

    [Fact]
    public async Task A_ticket_is_printed_and_cut()
    {
        await using SimulatedTicketPrinter simulated = new();
        EscPosPrinter printer = Printer(simulated);
        await printer.CheckAsync(default);
        await printer.PrintAsync(s_ticket, default);
        await printer.PrintAsync(s_ticket, default);
        Assert.Equal(2, simulated.Tickets.Count);
        Assert.Equal(["受付番号", "7", "お待ちください。"], simulated.Tickets[0].Lines);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Without_paper_or_with_an_open_cover_nothing_is_sent_and_it_works_again_by_itself(bool paper, bool cover)
    {
        await using SimulatedTicketPrinter simulated = new() { IsPaperOut = paper, IsCoverOpen = cover };
        EscPosPrinter printer = Printer(simulated);
        Assert.Equal(Failure.TicketPaperOut, await FailureOf(() => printer.CheckAsync(default)));
        Assert.Equal(Failure.TicketPaperOut, await FailureOf(() => printer.PrintAsync(s_ticket, default)));
        Assert.Empty(simulated.Tickets);
        (simulated.IsPaperOut, simulated.IsCoverOpen) = (false, false);
        await printer.PrintAsync(s_ticket, default);
        Assert.Single(simulated.Tickets);
    }

    [Fact]
    public async Task Paper_that_ends_in_the_middle_is_told()
    {
        await using SimulatedTicketPrinter simulated = new() { LinesLeft = 2 };
        Assert.Equal(Failure.TicketPaperOut, await FailureOf(() => Printer(simulated).PrintAsync(s_ticket, default)));
        Assert.Empty(simulated.Tickets);
    }

    [Fact]
    public async Task A_printer_that_takes_everything_and_answers_nothing_holds_nobody()
    {
        await using SimulatedTicketPrinter simulated = new() { IsSilent = true };
        long from = Stopwatch.GetTimestamp();
        Assert.Equal(Failure.TicketPrinterMissing, await FailureOf(() => Printer(simulated).PrintAsync(s_ticket, default)));
        Assert.InRange(Stopwatch.GetElapsedTime(from), TimeSpan.Zero, TimeSpan.FromSeconds(9.5));
        Assert.Empty(simulated.Tickets);
    }

    [Fact]
    public async Task A_printer_that_is_switched_off_is_missing()
    {
        SimulatedTicketPrinter simulated = new();
        EscPosPrinter printer = Printer(simulated);
        await simulated.DisposeAsync();
        Assert.Equal(Failure.TicketPrinterMissing, await FailureOf(() => printer.CheckAsync(default)));
    }

    [Fact]
    public async Task Who_stops_the_kiosk_does_not_wait_for_the_printer()
    {
        await using SimulatedTicketPrinter simulated = new() { IsSilent = true };
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Printer(simulated).CheckAsync(stop.Token));
    }

    /// <summary>A pipe in place of /dev/usb/lp0: what is written comes back.</summary>
    [SkippableFact]
    public async Task A_device_file_is_written_and_read_without_blocking()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "device files are Linux's");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("kiosk-lp");
        try
        {
            string pipe = Path.Combine(folder.FullName, "lp0");
            using (Process made = Process.Start("mkfifo", pipe)) await made.WaitForExitAsync();
            using DevicePrinterPort port = DevicePrinterPort.Open(pipe);
            await port.WriteAsync("abc"u8.ToArray(), default);
            byte[] read = new byte[8];
            Assert.Equal("abc", Encoding.ASCII.GetString(read, 0, await port.ReadAsync(read, default)));
            using CancellationTokenSource late = new(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => port.ReadAsync(read, late.Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => port.WriteAsync(new byte[1 << 20], late.Token));
            Assert.Throws<IOException>(() => DevicePrinterPort.Open(Path.Combine(folder.FullName, "lp1")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("192.168.1.50:9100", true)]
    [InlineData("printer.local:9100", true)]
    [InlineData("[fe80::1]:9100", true)]
    [InlineData("192.168.1.50", false)]
    [InlineData("192.168.1.50:0", false)]
    [InlineData("192.168.1.50:65536", false)]
    [InlineData("192.168.1.50:91x", false)]
    [InlineData(":9100", false)]
    [InlineData("http://printer:9100", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("/dev/", false)]
    [InlineData("printer :9100", false)]
    public void An_address_is_a_host_with_a_port_or_a_device(string text, bool good) =>
        Assert.Equal(good, PrinterAddress.Parse(text) is not null);

    private static EscPosPrinter Printer(SimulatedTicketPrinter simulated) =>
        new(PrinterAddress.Parse(simulated.Address)!, TimeProvider.System);

    private static async Task<Failure> FailureOf(Func<Task> work) => (await Assert.ThrowsAsync<FailureException>(work)).Failure;
}
