using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Devices.CardReader;

/// <param name="Reader">Which reader, e.g. <c>*Contactless*</c>.</param>
/// <param name="Trust">Issuers the deployment trusts.</param>
/// <param name="TryExtendedLength">True only for a reader model that is known to be faster with it: <see cref="ReadLength"/>.</param>
public sealed record PcscCardReaderOptions(ReaderPattern Reader, CardTrust Trust, bool TryExtendedLength = false)
{
    public MonitorTiming Monitor { get; init; } = MonitorTiming.Default;

    public ChannelTiming Channel { get; init; } = ChannelTiming.Default;

    /// <summary>The rules of Windows: the service stops with its last reader. Tests set it.</summary>
    public bool IsWindows { get; init; } = OperatingSystem.IsWindows();
}

/// <summary>The kiosk's card reader over PC/SC, on Linux and Windows.</summary>
/// <param name="pcsc"><see cref="NativePcsc"/>, or in tests one that fails on purpose.</param>
public sealed class PcscCardReader(PcscCardReaderOptions options, IPcsc pcsc, TimeProvider time) : ICardReader
{
    private readonly ReadLength _readLength = new(options.TryExtendedLength);
    private CardSession? _session;

    /// <summary>The slot in which the monitor saw the card; null: no monitor runs yet.</summary>
    private volatile Func<string?>? _slot;

    public async IAsyncEnumerable<ReaderEvent> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        Channel<ReaderEvent> news =
            Channel.CreateUnbounded<ReaderEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using PcscMonitor monitor = new(pcsc, options.Reader, options.Monitor, time, news.Writer, options.IsWindows);
        _slot = () => monitor.CardIn;
        await foreach (ReaderEvent piece in news.Reader.ReadAllAsync(stop)) yield return piece;
    }

    public async Task<ICardSession> OpenAsync(CancellationToken stop)
    {
        PcscChannel channel = await Task.Factory.StartNew(
            () => PcscChannel.Open(pcsc, options.Reader, options.Channel, _slot?.Invoke(), options.IsWindows), stop,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _session = new CardSession(channel, options.Trust, _readLength);
        return _session;
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }
}
