using System.Diagnostics;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Devices.CardReader.Bench;

/// <summary>Holds a card as the kiosk does, to time single commands. Sends only SELECT: reads nothing and uses no PIN try.</summary>
public sealed class ApduProbe : IDisposable
{
    private readonly PcscChannel _channel;
    private readonly byte[] _command = new byte[64];
    private readonly byte[] _response = new byte[300];

    private ApduProbe(PcscChannel channel) => _channel = channel;

    /// <summary>The reader that matches the pattern now; null if there is none.</summary>
    /// <exception cref="FailureException">ReaderServiceDown.</exception>
    public static string? ReaderName(ReaderPattern pattern, IPcsc pcsc) => pattern.Choose(Readers(pcsc));

    /// <summary>All readers that the service lists now.</summary>
    /// <exception cref="FailureException">ReaderServiceDown.</exception>
    public static IReadOnlyList<string> Readers(IPcsc pcsc)
    {
        using PcscContext context = PcscContext.Establish(pcsc, out uint code) ?? throw PcscFailure.FromCode(code, "SCardEstablishContext");
        code = context.ListReaders(out IReadOnlyList<string> readers);
        return code == PcscCode.Success ? readers : throw PcscFailure.FromCode(code, "SCardListReaders");
    }

    /// <exception cref="FailureException">As <see cref="ICardReader.OpenAsync"/>.</exception>
    public static ApduProbe Open(ReaderPattern pattern, IPcsc pcsc) => new(PcscChannel.Open(pcsc, pattern, ChannelTiming.Default));

    /// <summary>SELECT of the JPKI-AP by AID: the shortest command for which a card does real work.</summary>
    /// <returns>Time from the call of SCardTransmit to its return, ms.</returns>
    public double SelectMs()
    {
        int length = JpkiApp.Select.WriteTo(_command);
        long since = Stopwatch.GetTimestamp();
        _channel.Transmit(_command.AsSpan(0, length), _response);
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    public void Dispose() => _channel.Dispose();
}
