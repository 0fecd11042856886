using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;

namespace Kiosk.Wine;

/// <summary>A reception that writes each check-in as one line of JSON to a file, which the test reads and verifies.</summary>
internal sealed class FileLink(string file) : IReceptionLink
{
    private readonly Dictionary<Guid, byte[]> _challenges = [];
    private long _number;

    public Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop)
    {
        byte[] challenge = RandomNumberGenerator.GetBytes(32);
        lock (_challenges) _challenges[visit] = challenge;
        return Task.FromResult(challenge);
    }

    public async Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop)
    {
        byte[] challenge;
        lock (_challenges) challenge = _challenges[checkIn.Visit];
        string line = JsonSerializer.Serialize(new
        {
            Method = checkIn.Method.ToString(),
            Certificate = Convert.ToHexString(checkIn.Evidence.Certificate),
            Challenge = Convert.ToHexString(challenge),
            Signature = Convert.ToHexString(checkIn.Evidence.Signature),
        });
        await File.AppendAllTextAsync(file, line + "\n", stop);
        return new Receipt(checkIn.Key, Interlocked.Increment(ref _number), false);
    }

    public Task<Receipt?> FindAsync(Guid key, CancellationToken stop) => Task.FromResult<Receipt?>(null);

    public Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop) => Task.FromResult<string?>(null);

    public Task<SignedWithoutPin?> SignWithoutPinAsync(
        Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop) =>
        Task.FromResult<SignedWithoutPin?>(null);

    public Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop) => Task.CompletedTask;

    public Task<bool> RenewAsync(CancellationToken stop) => Task.FromResult(false);

    public Task<PreAnswer> AskInsuranceAsync(PreQuestion question, CancellationToken stop) => Task.FromResult(PreAnswer.None);

    public Task<PreAnswer> RegisterCardAsync(Guid visit, CancellationToken stop) => Task.FromResult(PreAnswer.None);

    public Task CallStaffAsync(Failure? why, CancellationToken stop) => Task.CompletedTask;

    public Task ReportHealthAsync(KioskHealth health, CancellationToken stop) => Task.CompletedTask;

    public async IAsyncEnumerable<ReceptionEvent> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        yield return new ReceptionEvent.LinkUp();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
