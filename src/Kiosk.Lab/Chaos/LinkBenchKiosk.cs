using System.Globalization;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;

namespace Kiosk.Lab.Chaos;

/// <summary>One kiosk of the bench, with its own certificate, connection, stream and card.</summary>
internal sealed class LinkBenchKiosk(string folder, string id, int port, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly SoftCard _card = new(time);
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;

    public GrpcReceptionLink Link { get; } = GrpcReceptionLink.Open(
        new ReceptionLinkOptions(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}")), Path.Combine(folder, "ca.pem"),
            Path.Combine(folder, $"kiosk-{id}.pem"), Path.Combine(folder, $"kiosk-{id}.key")), time);

    /// <summary>Completes when the stream is connected.</summary>
    public Task Up => Volatile.Read(ref _up).Task;

    /// <summary>Resets <see cref="Up"/>: it completes when the stream is connected the next time.</summary>
    public void Forget() => Volatile.Write(ref _up, new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Watch() => _watching = Task.Run(async () =>
    {
        await foreach (ReceptionEvent news in Link.WatchAsync(_over.Token))
            if (news is ReceptionEvent.LinkUp) Volatile.Read(ref _up).TrySetResult();
    });

    /// <summary>Fetches and signs a challenge. The check-in is then ready to be handed over.</summary>
    public async Task<CheckIn> VisitAsync(CancellationToken stop)
    {
        Guid visit = Guid.NewGuid();
        return _card.CheckIn(Guid.NewGuid(), visit, await Link.OpenVisitAsync(visit, stop), time.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Link.DisposeAsync();
        _card.Dispose();
        _over.Dispose();
    }
}
