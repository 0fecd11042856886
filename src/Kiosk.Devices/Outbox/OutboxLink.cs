using System.Security.Cryptography;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using KioskHealth = Kiosk.Core.Reception.KioskHealth;
using Receipt = Kiosk.Core.Reception.Receipt;

namespace Kiosk.Devices.Outbox;

/// <summary>
/// The link with a <see cref="SealedOutbox"/>: a check-in that got no answer is handed over again, with the same key, when the reception
/// is back, also after a crash of this program. The patient sees the same as without an outbox: "checked in" is shown only after the
/// receipt.
/// </summary>
public sealed class OutboxLink : IReceptionLink
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly GrpcReceptionLink _link;
    private readonly SealedOutbox _box;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _underWay = [];
    private readonly Task _forwarding;

    /// <param name="link">Owned by this object and disposed with it.</param>
    /// <param name="box">Owned by the caller.</param>
    public OutboxLink(GrpcReceptionLink link, SealedOutbox box, TimeProvider time)
    {
        (_link, _box, _time) = (link, box, time);
        _forwarding = ForwardAsync(_over.Token);
    }

    public async Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop)
    {
        CheckInRequest kept = Wire.ToContract(checkIn);
        // Birth date and sex are never on the disk. The contract takes a repeat without them as the same check-in.
        kept.CardFace = null;
        byte[] message = kept.ToByteArray();
        lock (_gate) _underWay.Add(checkIn.Key);
        try
        {
            // Store it before it is sent: after a crash between the two it would be lost.
            _box.TryPut(checkIn.Key, message);
            Receipt receipt = await _link.SubmitAsync(checkIn, stop);
            _box.Done(checkIn.Key);
            return receipt;
        }
        catch (FailureException e) when (!MayComeBack(e.Failure))
        {
            _box.Done(checkIn.Key);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(message);
            lock (_gate) _underWay.Remove(checkIn.Key);
        }
    }

    public Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop) => _link.OpenVisitAsync(visit, stop);

    public Task<Receipt?> FindAsync(Guid key, CancellationToken stop) => _link.FindAsync(key, stop);

    public Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop) =>
        _link.CheckStaffCodeAsync(visit, code, stop);

    public Task<PreAnswer> AskInsuranceAsync(PreQuestion question, CancellationToken stop) => _link.AskInsuranceAsync(question, stop);

    public Task<PreAnswer> RegisterCardAsync(Guid visit, CancellationToken stop) => _link.RegisterCardAsync(visit, stop);

    public Task<SignedWithoutPin?> SignWithoutPinAsync(
        Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop) =>
        _link.SignWithoutPinAsync(visit, card, stop);

    public Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop) => _link.ShowNameAsync(visit, namePng, stop);

    public Task<bool> RenewAsync(CancellationToken stop) => _link.RenewAsync(stop);

    public Task CallStaffAsync(Failure? why, CancellationToken stop) => _link.CallStaffAsync(why, stop);

    public Task ReportHealthAsync(KioskHealth health, CancellationToken stop) => _link.ReportHealthAsync(health, stop);

    public IAsyncEnumerable<ReceptionEvent> WatchAsync(CancellationToken stop) => _link.WatchAsync(stop);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _forwarding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _link.DisposeAsync();
        _over.Dispose();
    }

    private static bool MayComeBack(Failure why) => why is Failure.ReceptionUnreachable or Failure.ReceptionNotStoring
        or Failure.LinkNotTrusted;

    private async Task ForwardAsync(CancellationToken stop)
    {
        while (true)
        {
            foreach (Guid key in _box.Waiting())
            {
                lock (_gate)
                {
                    if (_underWay.Contains(key)) continue;
                }

                if (!await ForwardAsync(key, stop)) break;
            }

            await Task.Delay(s_pause, _time, stop);
        }
    }

    /// <returns>False: the reception cannot be reached.</returns>
    private async Task<bool> ForwardAsync(Guid key, CancellationToken stop)
    {
        if (_box.Read(key) is not { } message) return true;
        try
        {
            await _link.SubmitAsync(CheckInRequest.Parser.ParseFrom(message), stop);
            _box.Done(key);
            return true;
        }
        catch (FailureException e) when (MayComeBack(e.Failure))
        {
            return false;
        }
        catch (FailureException)
        {
            // Refused, most likely because the challenge has expired. The reception will never accept it.
            _box.Done(key);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(message);
        }
    }
}
