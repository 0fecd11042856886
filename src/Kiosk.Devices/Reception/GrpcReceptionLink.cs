using Google.Protobuf;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using KioskHealth = Kiosk.Core.Reception.KioskHealth;
using Receipt = Kiosk.Core.Reception.Receipt;

namespace Kiosk.Devices.Reception;

/// <summary>
/// The real link: gRPC over mutual TLS 1.3. One connection, opened by the first call; each unary call ends within 3 s,
/// those to the centre later.
/// Thread-safe. README.md of this folder describes the settings and the failures.
/// </summary>
public sealed class GrpcReceptionLink : IReceptionLink
{
    /// <summary>Limit of a complete exchange of <see cref="SignWithoutPinAsync"/>: about 300 ms with a card, more with a slow
    /// institution.</summary>
    private static readonly TimeSpan LongestRelay = TimeSpan.FromSeconds(5);

    /// <summary>The patient answers questions meanwhile.</summary>
    private static readonly TimeSpan LongestCentre = TimeSpan.FromMinutes(1);

    /// <summary>The patient waits; the screen gives up after 10 s.</summary>
    private static readonly TimeSpan LongestRegistration = TimeSpan.FromSeconds(9);

    // More than a name needs.
    private const int LongestName = 12 * 1024;

    private readonly ReceptionLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly CommandStream _commands;
    private readonly SemaphoreSlim _renewing = new(1);
    private volatile LinkConnection _now;
    private Guid _visit;

    private GrpcReceptionLink(ReceptionLinkOptions options, TimeProvider time)
    {
        (_options, _time, _deadline) = (options, time, options.Deadline ?? TimeSpan.FromSeconds(3));
        _now = new(options, time);
        _commands = new(() => _now, options.Version, time, () => _visit);
    }

    /// <summary>Reads the certificate files; connects later, with the first call.</summary>
    /// <param name="options">Addresses and files.</param>
    /// <param name="time">Used for the certificates' validity and the pauses between connection attempts.</param>
    /// <exception cref="FailureException">CertificateFileBroken, with file and remedy; ConfigBroken if not https.</exception>
    public static GrpcReceptionLink Open(ReceptionLinkOptions options, TimeProvider time) =>
        options.Address.Scheme == Uri.UriSchemeHttps
            ? new(options, time)
            : throw new FailureException(Failure.ConfigBroken, $"the reception's address must be https://HOST:PORT, not {options.Address}");

    public async Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop)
    {
        // From now on a VisualGranted for any other visit is dropped.
        _visit = visit;
        OpenVisitReply reply = await CallAsync((c, o) => c.OpenVisitAsync(new() { VisitId = Wire.ToBytes(visit) }, o), stop);
        return reply.Challenge.ToByteArray();
    }

    public Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop) => SubmitAsync(Wire.ToContract(checkIn), stop);

    internal async Task<Receipt> SubmitAsync(CheckInRequest request, CancellationToken stop) =>
        Wire.ToCore(await CallAsync((c, o) => c.SubmitCheckInAsync(request, o), stop));

    public async Task<Receipt?> FindAsync(Guid key, CancellationToken stop)
    {
        FindCheckInReply reply = await CallAsync((c, o) => c.FindCheckInAsync(new() { IdempotencyKey = Wire.ToBytes(key) }, o), stop);
        return reply.Found ? Wire.ToCore(reply.Receipt) : null;
    }

    public Task<PreAnswer> AskInsuranceAsync(PreQuestion question, CancellationToken stop) =>
        AnsweredAsync((c, o) => c.AskInsuranceAsync(Wire.ToContract(question), o), LongestCentre, stop);

    public Task<PreAnswer> RegisterCardAsync(Guid visit, CancellationToken stop) =>
        AnsweredAsync((c, o) => c.RegisterCardAsync(new() { VisitId = Wire.ToBytes(visit) }, o), LongestRegistration, stop);

    public async Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop)
    {
        // gRPC serialises into its own buffers, which are not zeroed. This is acceptable: the code belongs to the facility, it is no
        // patient's
        // PIN.
        CheckStaffCodeRequest request = new() { VisitId = Wire.ToBytes(visit), Code = ByteString.CopyFrom(code.Bytes) };
        CheckStaffCodeReply reply = await CallAsync((c, o) => c.CheckStaffCodeAsync(request, o), stop);
        return reply.Accepted ? reply.StaffId : null;
    }

    public async Task<SignedWithoutPin?> SignWithoutPinAsync(
        Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop)
    {
        LinkConnection connection = _now;
        try
        {
            DateTime deadline = (TimeProvider.System.GetUtcNow() + LongestRelay).UtcDateTime;
            CallOptions options = new(deadline: deadline, cancellationToken: stop);
            using AsyncDuplexStreamingCall<RelayAnswer, RelayBlock> relay = connection.Client.RelayCard(options);
            await relay.RequestStream.WriteAsync(new() { VisitId = Wire.ToBytes(visit) }, stop);
            await foreach (RelayBlock next in relay.ResponseStream.ReadAllAsync(stop))
            {
                if (next.Signed is { } signed) return new(signed.Challenge.ToByteArray(), signed.Signature.ToByteArray());
                if (next.BodyCase is not RelayBlock.BodyOneofCase.Block) return null;
                await relay.RequestStream.WriteAsync(new() { Answer = ByteString.CopyFrom(await card(next.Block.Memory, stop)) }, stop);
            }

            return null;
        }
        catch (RpcException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Status.Detail, e, stop);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.Unimplemented)
        {
            return null;
        }
        catch (RpcException e)
        {
            throw LinkFailures.ToFailure(e, connection.Trust.Verdict());
        }
    }

    public async Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop)
    {
        if (namePng.Length is 0 or > LongestName) return;
        NameImage image = new() { VisitId = Wire.ToBytes(visit), Png = ByteString.CopyFrom(namePng.Bytes) };
        await CallAsync((c, o) => c.ShowNameAsync(image, o), stop);
    }

    public async Task<bool> RenewAsync(CancellationToken stop)
    {
        await _renewing.WaitAsync(stop);
        try
        {
            Renewal renewal = new(_options, _now, _time);
            RenewReply reply = await CallAsync((c, o) => c.RenewAsync(renewal.Request(), o), stop);
            if (!renewal.Take(reply)) return false;
            LinkConnection old = _now;
            _now = new(_options, _time);
            _ = old.RetireAsync(2 * _deadline);
            await TellPinsAsync(stop);
            return renewal.Asked;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>Tells the reception which pins are known here. Only then does it know that its next key is trusted, because its answer
    /// could
    /// have been lost.</summary>
    private async Task TellPinsAsync(CancellationToken stop)
    {
        try
        {
            await CallAsync((c, o) => c.RenewAsync(new() { KnownPins = { _now.Pins } }, o), stop);
        }
        catch (FailureException)
        {
            // The reception learns it at the next renewal.
        }
    }

    public async Task CallStaffAsync(Failure? why, CancellationToken stop)
    {
        string code = why is { } failure ? FailureCatalogue.EntryFor(failure).Code : "";
        await CallAsync((c, o) => c.CallStaffAsync(new() { FailureCode = code }, o), stop);
    }

    public Task ReportHealthAsync(KioskHealth health, CancellationToken stop)
    {
        _commands.Report(Wire.ToContract(health));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<ReceptionEvent> WatchAsync(CancellationToken stop) => _commands.WatchAsync(stop);

    /// <summary>A connection that was just retired ends by itself, within two deadlines.</summary>
    public ValueTask DisposeAsync()
    {
        _now.Dispose();
        _renewing.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A reception that is older than the call has no answer.</summary>
    private async Task<PreAnswer> AnsweredAsync(
        Func<ReceptionLink.ReceptionLinkClient, CallOptions, AsyncUnaryCall<InsuranceReply>> call, TimeSpan longest, CancellationToken stop)
    {
        LinkConnection connection = _now;
        try
        {
            return PreAnswerWire.ToCore(await CallAsync(connection, call, longest, stop));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unimplemented)
        {
            return PreAnswer.None;
        }
        catch (RpcException e)
        {
            throw LinkFailures.ToFailure(e, connection.Trust.Verdict());
        }
    }

    private async Task<T> CallAsync<T>(Func<ReceptionLink.ReceptionLinkClient, CallOptions, AsyncUnaryCall<T>> call, CancellationToken stop)
    {
        LinkConnection connection = _now;
        try
        {
            return await CallAsync(connection, call, _deadline, stop);
        }
        catch (RpcException e)
        {
            throw LinkFailures.ToFailure(e, connection.Trust.Verdict());
        }
    }

    private static async Task<T> CallAsync<T>(LinkConnection connection,
        Func<ReceptionLink.ReceptionLinkClient, CallOptions, AsyncUnaryCall<T>> call, TimeSpan longest, CancellationToken stop)
    {
        try
        {
            // Use the machine's own clock, because gRPC subtracts it again to set its timer.
            DateTime deadline = (TimeProvider.System.GetUtcNow() + longest).UtcDateTime;
            using AsyncUnaryCall<T> running = call(connection.Client, new CallOptions(deadline: deadline, cancellationToken: stop));
            T reply = await running.ResponseAsync;
            connection.Trust.Answered();
            return reply;
        }
        catch (RpcException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Status.Detail, e, stop);
        }
    }
}
