namespace Kiosk.Devices.TicketPrinter;

/// <summary>An open way to the printer, in both directions.</summary>
internal interface IPrinterPort : IDisposable
{
    /// <exception cref="IOException">The printer is gone.</exception>
    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop);

    /// <returns>How many bytes came, at least one.</returns>
    /// <exception cref="IOException">The printer is gone.</exception>
    Task<int> ReadAsync(Memory<byte> to, CancellationToken stop);
}
