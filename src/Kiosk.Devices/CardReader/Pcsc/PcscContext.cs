using System.Text;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>One SCARDCONTEXT. The monitor and each open card have their own, because a Transmit that hangs blocks its context.</summary>
internal sealed class PcscContext : IDisposable
{
    private const int LargestList = 1 << 16;

    private readonly IPcsc _pcsc;
    private readonly nint _handle;
    private int _isReleased;

    private PcscContext(IPcsc pcsc, nint handle) => (_pcsc, _handle) = (pcsc, handle);

    public nint Handle => _handle;

    /// <returns>Null, with the code that says why.</returns>
    public static PcscContext? Establish(IPcsc pcsc, out uint code)
    {
        code = pcsc.EstablishContext(out nint handle);
        return code == PcscCode.Success ? new(pcsc, handle) : null;
    }

    /// <param name="readers">Empty when there are none.</param>
    /// <returns>Success, or the code; "no readers" is a success.</returns>
    public uint ListReaders(out IReadOnlyList<string> readers)
    {
        byte[] names = new byte[1024];
        while (true)
        {
            uint code = _pcsc.ListReaders(_handle, names, out int length);
            switch (code)
            {
                // The list may grow between the two calls (pcsc-sharp issue 115).
                case PcscCode.InsufficientBuffer when names.Length < LargestList:
                    names = new byte[names.Length * 2];
                    continue;
                case PcscCode.NoReadersAvailable:
                    readers = [];
                    return PcscCode.Success;
                case PcscCode.Success:
                    readers = Encoding.UTF8.GetString(names, 0, Math.Min(length, names.Length))
                        .Split('\0', StringSplitOptions.RemoveEmptyEntries);
                    return code;
                default:
                    readers = [];
                    return code;
            }
        }
    }

    public void Cancel() => _pcsc.Cancel(_handle);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0) _pcsc.ReleaseContext(_handle);
    }
}
