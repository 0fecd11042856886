using System.Runtime.CompilerServices;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine;

namespace Kiosk.App.Watchers;

/// <summary>
/// The face check, also while its models are missing or refused: loads them in the background and tries again every 10 s. Until then the
/// kiosk works with the PIN only.
/// </summary>
/// <param name="load">Loads the engine; throws <see cref="FailureException"/> with ModelMissing or ModelNotListed.</param>
/// <param name="camera">Finds out whether the camera is connected.</param>
internal sealed class ReloadingFaceCheck(Func<FaceCheck> load, ICameraPresence camera, TimeProvider time)
    : IFaceCheck, IPreview, ICameraPresence
{
    private readonly CancellationTokenSource _stop = new();
    private volatile FaceCheck? _check;
    private (Failure Why, string Detail) _missing = (Failure.ModelMissing, "loading");
    private Task? _loading;

    public FaceEngineFacts Engine => _check?.Engine ?? new FaceEngineFacts("none", "", 0);

    /// <summary>Starts loading; returns at once.</summary>
    public void Start() => _loading = Task.Run(LoadAsync);

    /// <summary>Waits until the first attempt to load has ended.</summary>
    /// <returns>True if it succeeded.</returns>
    public async Task<bool> LoadedAsync(CancellationToken stop)
    {
        while (_check is null && _missing.Detail == "loading") await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
        return _check is not null;
    }

    public (Failure? Why, string Detail) Look() => _check is null ? _missing : camera.Look();

    public ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop) =>
        _check?.NextAsync(stop) ?? ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

    public IAsyncEnumerable<FaceReport> WatchAsync(PhotoArrival photo, bool cannotTurn, Task begin, CancellationToken stop) =>
        _check?.WatchAsync(photo, cannotTurn, begin, stop) ?? NoneAsync(stop);

    private async IAsyncEnumerable<FaceReport> NoneAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        stop.ThrowIfCancellationRequested();
        if (_check is null) throw new FailureException(_missing.Why, _missing.Detail);
        yield break;
    }

    private async Task LoadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _check = load();
                return;
            }
            catch (FailureException failure)
            {
                _missing = (failure.Failure, failure.Detail);
            }
            await Task.Delay(TimeSpan.FromSeconds(10), time, _stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loading is not null) await _loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_check is not null) await _check.DisposeAsync();
        _stop.Dispose();
    }
}
