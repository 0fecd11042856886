using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.Core.Reception;
using KioskHealth = Kiosk.Core.Reception.KioskHealth;
using Receipt = Kiosk.Core.Reception.Receipt;

namespace Kiosk.Devices.Reception;

/// <summary>
/// The real link: gRPC over mutual TLS 1.3. One connection, opened by the first call; each unary call ends within 3 s.
/// Thread-safe. README.md beside tells the settings and what is shown when something is wrong.
/// </summary>
public sealed class GrpcReceptionLink : IReceptionLink
{
    /// <summary>Of a whole exchange of <see cref="SignWithoutPinAsync"/>: some 300 ms with a card, and a slow institution.</summary>
    private static readonly TimeSpan LongestRelay = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _deadline;
    private readonly LinkCertificates _certificates;
    private readonly ServerTrust _trust;
    private readonly GrpcChannel _channel;
    private readonly ReceptionLink.ReceptionLinkClient _client;
    private readonly CommandStream _commands;
    private Guid _visit;

    private GrpcReceptionLink(ReceptionLinkOptions options, LinkCertificates certificates, TimeProvider time)
    {
        _deadline = options.Deadline ?? TimeSpan.FromSeconds(3);
        _certificates = certificates;
        _trust = new(certificates, options.Pins ?? [], time);
        _channel = LinkChannel.Open(options.Address, certificates, _trust);
        _client = new(_channel);
        _commands = new(_client, _trust, options.Version, time, () => _visit);
    }

    /// <summary>Reads the certificate files; connects later, with the first call.</summary>
    /// <param name="options">Addresses and files.</param>
    /// <param name="time">Judges the certificates' validity and paces the reconnects.</param>
    /// <exception cref="FailureException">CertificateFileBroken with file and remedy; ConfigBroken when the address is not https.</exception>
    public static GrpcReceptionLink Open(ReceptionLinkOptions options, TimeProvider time) =>
        options.Address.Scheme == Uri.UriSchemeHttps
            ? new(options, LinkCertificates.Load(options), time)
            : throw new FailureException(Failure.ConfigBroken, $"the reception's address must be https://HOST:PORT, not {options.Address}");

    public async Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop)
    {
        // From here on a VisualGranted for any other visit is stale.
        _visit = visit;
        OpenVisitReply reply = await CallAsync(o => _client.OpenVisitAsync(new() { VisitId = Wire.Of(visit) }, o), stop);
        return reply.Challenge.ToByteArray();
    }

    public async Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop)
    {
        CheckInRequest request = Wire.Of(checkIn);
        return Wire.Of(await CallAsync(o => _client.SubmitCheckInAsync(request, o), stop));
    }

    public async Task<Receipt?> FindAsync(Guid key, CancellationToken stop)
    {
        FindCheckInReply reply = await CallAsync(o => _client.FindCheckInAsync(new() { IdempotencyKey = Wire.Of(key) }, o), stop);
        return reply.Found ? Wire.Of(reply.Receipt) : null;
    }

    public async Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop)
    {
        // gRPC serialises into buffers of its own; the code is the facility's, not the patient's PIN.
        CheckStaffCodeRequest request = new() { VisitId = Wire.Of(visit), Code = ByteString.CopyFrom(code.Bytes) };
        CheckStaffCodeReply reply = await CallAsync(o => _client.CheckStaffCodeAsync(request, o), stop);
        return reply.Accepted ? reply.StaffId : null;
    }

    public async Task<SignedWithoutPin?> SignWithoutPinAsync(Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop)
    {
        try
        {
            DateTime deadline = (TimeProvider.System.GetUtcNow() + LongestRelay).UtcDateTime;
            using AsyncDuplexStreamingCall<RelayAnswer, RelayBlock> relay = _client.RelayCard(new CallOptions(deadline: deadline, cancellationToken: stop));
            await relay.RequestStream.WriteAsync(new() { VisitId = Wire.Of(visit) }, stop);
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
            throw LinkFailures.Of(e, _trust.Verdict());
        }
    }

    public async Task CallStaffAsync(Failure? why, CancellationToken stop)
    {
        string code = why is { } failure ? FailureCatalogue.Of(failure).Code : "";
        await CallAsync(o => _client.CallStaffAsync(new() { FailureCode = code }, o), stop);
    }

    public Task ReportHealthAsync(KioskHealth health, CancellationToken stop)
    {
        _commands.Report(Wire.Of(health));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<ReceptionNews> WatchAsync(CancellationToken stop) => _commands.WatchAsync(stop);

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _certificates.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken stop)
    {
        try
        {
            // The machine's own clock: gRPC subtracts it again to arm its timer.
            DateTime deadline = (TimeProvider.System.GetUtcNow() + _deadline).UtcDateTime;
            using AsyncUnaryCall<T> running = call(new CallOptions(deadline: deadline, cancellationToken: stop));
            T reply = await running.ResponseAsync;
            _trust.Answered();
            return reply;
        }
        catch (RpcException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Status.Detail, e, stop);
        }
        catch (RpcException e)
        {
            throw LinkFailures.Of(e, _trust.Verdict());
        }
    }
}
