using System.Data.Common;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>The service of reception.proto. Which kiosk speaks comes from its certificate, in <see cref="Caller"/>.</summary>
internal sealed class ReceptionService(
    ReceptionStore store, CommandPost post, Challenges challenges, EvidenceCheck evidence, CardRelay relay, StaffCodes codes, ReceptionMeter meter,
    NameImages names, Renewals renewals, Bell bell, TimeProvider time, ILogger log)
    : ReceptionLink.ReceptionLinkBase
{
    private const int LongestFailureCode = 8;

    public override Task<OpenVisitReply> OpenVisit(OpenVisitRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        (byte[] challenge, DateTimeOffset ends) = challenges.Give(line.Id, visit);
        line.Visit = (visit, time.GetUtcNow());
        bell.Ring();
        return Task.FromResult(new OpenVisitReply { Challenge = ByteString.CopyFrom(challenge), ExpiresAtUnixMs = ends.ToUnixTimeMilliseconds() });
    }

    public override async Task<Receipt> SubmitCheckIn(CheckInRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        long from = time.GetTimestamp();
        try
        {
            Receipt receipt = await SubmitAsync(line, request);
            if (!receipt.Duplicate) meter.Stored(line.Id, request.Method.ToString(), time.GetElapsedTime(from));
            return receipt;
        }
        catch (RpcException e)
        {
            meter.Refused(line.Id, e.StatusCode.ToString());
            throw;
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            // The database could not even be asked: the same call may be repeated.
            meter.Refused(line.Id, nameof(StatusCode.Unavailable));
            Log.NotStored(log, line.Id, e);
            throw Refuse.NotStored();
        }
    }

    private async Task<Receipt> SubmitAsync(KioskLine line, CheckInRequest request)
    {
        byte[] key = CheckInRules.Id(request.IdempotencyKey, "idempotency_key").ToByteArray(bigEndian: true);
        byte[] message = request.ToByteArray(), digest = SHA256.HashData(message);
        // First of all: a repeat after a lost answer must get its receipt, even when the challenge has expired since.
        if (store.Find(line.Id, key, digest) is { } known) return Answer(key, known);
        CheckInRules.Check(request, time.GetUtcNow());
        bool chainChecked = evidence.Check(line.Id, request);
        Guid visit = new(request.Evidence.VisitId.Span, bigEndian: true);
        if (request.Method == Method.Visual && !store.IsGranted(line.Id, visit, request.StaffId))
            throw Refuse.NotAccepted("this reception granted no 目視確認 to this staff id for this visit");
        Stored stored = await StoreAsync(new(line.Id, key, digest, request.Evidence.Certificate.ToByteArray(), chainChecked, message));
        if (line.Visit?.Id == visit) (line.Visit, line.Call) = (null, null);
        bell.Ring();
        return Answer(key, stored);
    }

    public override Task<FindCheckInReply> FindCheckIn(FindCheckInRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        byte[] key = CheckInRules.Id(request.IdempotencyKey, "idempotency_key").ToByteArray(bigEndian: true);
        Stored? known;
        try
        {
            known = store.Find(line.Id, key, null);
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            // "Not found" would be a wrong answer here.
            Log.NotStored(log, line.Id, e);
            throw Refuse.NotStored();
        }

        return Task.FromResult(known is null ? new FindCheckInReply() : new() { Found = true, Receipt = Answer(key, known) });
    }

    public override async Task<CheckStaffCodeReply> CheckStaffCode(CheckStaffCodeRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        if (request.Code.Length != StaffCodes.Digits) throw Refuse.Invalid("code must have 6 digits");
        if (!codes.MayTry(line.Id)) throw Refuse.TooMany("too many wrong staff codes at this kiosk; wait five minutes");
        string? staff = await codes.FindAsync(line.Id, request.Code.Memory);
        Log.StaffCode(log, line.Id, staff is null ? "wrong" : "right");
        if (staff is null) return new();
        try
        {
            await store.GrantAsync(line.Id, visit, staff);
        }
        catch (Exception e) when (e is not RpcException)
        {
            Log.NotStored(log, line.Id, e);
            throw Refuse.NotStored();
        }

        return new() { Accepted = true, StaffId = staff };
    }

    public override Task RelayCard(IAsyncStreamReader<RelayAnswer> requestStream, IServerStreamWriter<RelayBlock> responseStream, ServerCallContext context) =>
        relay.RunAsync(Caller(context).Id, requestStream, responseStream, context.CancellationToken);

    public override Task<NameImageReply> ShowName(NameImage request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        if (!names.Put(line.Id, visit, request.Png.Span)) throw Refuse.Invalid("png must be a PNG of 1 bit, greyscale, at most 2,048 x 512 pixels and 12,288 bytes");
        bell.Ring();
        return Task.FromResult(new NameImageReply());
    }

    public override Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        RenewReply reply = renewals.Answer(line.Id, context.GetHttpContext().Connection.ClientCertificate!, request.Csr.ToByteArray(), request.KnownPins, $"https://{context.Host}");
        if (!reply.Content.IsEmpty) Log.KioskRenewed(log, line.Id);
        return Task.FromResult(reply);
    }

    public override Task<CallStaffReply> CallStaff(CallStaffRequest request, ServerCallContext context)
    {
        KioskLine line = Caller(context);
        if (request.FailureCode.Length > LongestFailureCode || !request.FailureCode.All(char.IsAsciiLetterOrDigit))
            throw Refuse.Invalid("failure_code must have at most 8 of A-Z 0-9");
        line.Call = new(time.GetUtcNow(), request.FailureCode);
        meter.Called(line.Id, request.FailureCode);
        bell.Ring();
        return Task.FromResult(new CallStaffReply());
    }

    public override Task Connect(IAsyncStreamReader<KioskMessage> requestStream, IServerStreamWriter<Command> responseStream, ServerCallContext context) =>
        new KioskStream(post, Caller(context), bell, time, log).RunAsync(requestStream, responseStream, context);

    private static Receipt Answer(byte[] key, Stored stored) => stored.SameContent
        ? new() { IdempotencyKey = ByteString.CopyFrom(key), Number = stored.Number, Duplicate = stored.Known }
        : throw Refuse.OtherContent();

    private async Task<Stored> StoreAsync(NewArrival arrival)
    {
        try
        {
            return await store.AddAsync(arrival);
        }
        catch (Exception e)
        {
            Log.NotStored(log, arrival.Kiosk, e);
            throw Refuse.NotStored();
        }
    }

    private KioskLine Caller(ServerCallContext context)
    {
        // The handshake refused every certificate that names no kiosk.
        if (context.GetHttpContext().Connection.ClientCertificate is not { } certificate || KioskIdentity.Of(certificate) is not { } id)
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no kiosk certificate"));
        KioskLine line = post.Line(id);
        line.CertificateEnds = certificate.NotAfter;
        return line;
    }
}
