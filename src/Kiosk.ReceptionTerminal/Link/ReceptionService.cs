using System.Data.Common;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// The service of reception.proto. Which kiosk calls is taken from its certificate (<see cref="Caller"/>), never from a message.
/// </summary>
internal sealed class ReceptionService(
    ReceptionStore store, KioskRegistry kiosks, Challenges challenges, EvidenceCheck evidence, CardRelay relay, StaffCodes codes,
    ReceptionMeter meter,
    PreAnswers insurance, NameImages names, CardHolders holders, CertificateRenewal renewal, KioskTrust trust, RenewalLedger renewals,
    ChangeSignal changes,
    TimeProvider time, ILogger log)
    : ReceptionLink.ReceptionLinkBase
{
    private const int MaxFailureCode = 8;

    /// <summary>Kept free of the call's time, so that the answer arrives before the kiosk gives up.</summary>
    private static readonly TimeSpan _answerTime = TimeSpan.FromSeconds(1);

    /// <summary>For calls without a deadline.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    /// <summary>Shorter than a kiosk's 3 s for each call, longer than its change to a new connection.</summary>
    private static readonly TimeSpan _streamPatience = TimeSpan.FromSeconds(2);

    public override Task<OpenVisitReply> OpenVisit(OpenVisitRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        (byte[] challenge, DateTimeOffset ends) = challenges.Issue(kiosk.Id, visit);
        kiosk.Visit = (visit, time.GetUtcNow());
        changes.Notify();
        return Task.FromResult(
            new OpenVisitReply { Challenge = ByteString.CopyFrom(challenge), ExpiresAtUnixMs = ends.ToUnixTimeMilliseconds() });
    }

    public override Task<InsuranceReply> AskInsurance(InsuranceRequest request, ServerCallContext context) =>
        insurance.AskAsync(Caller(context).Id, request, context.CancellationToken);

    public override Task<InsuranceReply> RegisterCard(RegisterCardRequest request, ServerCallContext context) =>
        insurance.RegisterAsync(Caller(context).Id, CheckInRules.Id(request.VisitId, "visit_id"), context.CancellationToken);

    public override async Task<Receipt> SubmitCheckIn(CheckInRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        long from = time.GetTimestamp();
        try
        {
            // Somebody with a copy of the key must open the stream as well, and then both kiosks are noticed at once.
            if (!await kiosk.HoldsStreamAsync(context.GetHttpContext().Connection.Id, _streamPatience, TimeProvider.System))
                throw LinkErrors.NotOnThisConnection();
            Receipt receipt = await SubmitAsync(kiosk, request, context);
            if (!receipt.Duplicate) meter.Stored(kiosk.Id, request.Method.ToString(), time.GetElapsedTime(from));
            return receipt;
        }
        catch (RpcException e)
        {
            meter.Refused(kiosk.Id, e.StatusCode.ToString());
            throw;
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            // The database could not be asked at all: the same call may be repeated.
            meter.Refused(kiosk.Id, nameof(StatusCode.Aborted));
            throw NotStored(kiosk, e);
        }
    }

    private async Task<Receipt> SubmitAsync(KioskState kiosk, CheckInRequest request, ServerCallContext context)
    {
        byte[] key = CheckInRules.Id(request.IdempotencyKey, "idempotency_key").ToByteArray(bigEndian: true);
        // Not stored and not part of the content: birth date and sex must leave no trace, not even in a digest.
        CheckInRequest kept = request.Clone();
        kept.CardFace = null;
        byte[] message = kept.ToByteArray(), digest = SHA256.HashData(message);
        // Before any check: a repeat after a lost answer must get its receipt, even when the challenge has expired since.
        if (store.Find(kiosk.Id, key, digest) is { } known) return Answer(key, known);
        CheckInRules.Check(request, time.GetUtcNow());
        (bool chainChecked, CardFaceHolder? holder) = evidence.Check(kiosk.Id, request);
        Guid visit = new(request.Evidence.VisitId.Span, bigEndian: true);
        // Before it is stored: the centre may be asked at once.
        Guid sent = new(key, bigEndian: true);
        if (holder is not null) holders.Put(kiosk.Id, sent, holder);
        NewArrival arrival = new(kiosk.Id, visit, request.StaffId, key, digest, request.Evidence.Certificate.ToByteArray(), chainChecked,
            message);
        Stored stored = await StoredAsync(store.AddAsync(arrival), kiosk, context);
        if (stored.Refused.Length > 0) holders.Drop(kiosk.Id, sent);
        else if (kiosk.Visit?.Id == visit) (kiosk.Visit, kiosk.Call) = (null, null);
        changes.Notify();
        return Answer(key, stored);
    }

    public override Task<FindCheckInReply> FindCheckIn(FindCheckInRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        byte[] key = CheckInRules.Id(request.IdempotencyKey, "idempotency_key").ToByteArray(bigEndian: true);
        Stored? known;
        try
        {
            known = store.Find(kiosk.Id, key, null);
        }
        catch (Exception e) when (e is DbException or StartException)
        {
            // "Not found" would be a wrong answer here.
            throw NotStored(kiosk, e);
        }

        return Task.FromResult(known is null ? new FindCheckInReply() : new() { Found = true, Receipt = Answer(key, known) });
    }

    public override async Task<CheckStaffCodeReply> CheckStaffCode(CheckStaffCodeRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        if (request.Code.Length != StaffCodes.Digits) throw LinkErrors.Invalid("code must have 6 digits");
        if (!codes.MayTry(kiosk.Id)) throw LinkErrors.TooManyAttempts("too many wrong staff codes at this kiosk; wait five minutes");
        string? staff = await codes.FindAsync(kiosk.Id, request.Code.Memory);
        Log.StaffCode(log, kiosk.Id, staff is null ? "wrong" : "right");
        if (staff is null) return new();
        await StoredAsync(Granted(), kiosk, context);
        return new() { Accepted = true, StaffId = staff };

        async Task<bool> Granted()
        {
            await store.GrantAsync(kiosk.Id, visit, staff);
            return true;
        }
    }

    public override Task RelayCard(IAsyncStreamReader<RelayAnswer> requestStream, IServerStreamWriter<RelayBlock> responseStream,
        ServerCallContext context) =>
        relay.RunAsync(Caller(context).Id, requestStream, responseStream, context.CancellationToken);

    public override Task<NameImageReply> ShowName(NameImage request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        Guid visit = CheckInRules.Id(request.VisitId, "visit_id");
        // A picture belongs to a check-in. Without this, one kiosk could fill the memory for all.
        if (!store.HasVisit(kiosk.Id, visit))
            throw LinkErrors.NotAccepted("no check-in of this visit is stored; send the picture after it");
        if (!names.Put(kiosk.Id, visit, request.Png.Span))
            throw LinkErrors.Invalid("png must be a PNG of 1 bit, greyscale, at most 2,048 x 512 pixels and 12,288 bytes");
        changes.Notify();
        return Task.FromResult(new NameImageReply());
    }

    public override Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        RenewReply reply = renewal.Answer(kiosk.Id, context.GetHttpContext().Connection.ClientCertificate!, request.Csr.ToByteArray(),
            request.KnownPins, $"https://{context.Host}");
        if (!reply.Content.IsEmpty) Log.KioskRenewed(log, kiosk.Id);
        return Task.FromResult(reply);
    }

    public override Task<CallStaffReply> CallStaff(CallStaffRequest request, ServerCallContext context)
    {
        KioskState kiosk = Caller(context);
        if (request.FailureCode.Length > MaxFailureCode || !request.FailureCode.All(char.IsAsciiLetterOrDigit))
            throw LinkErrors.Invalid("failure_code must have at most 8 of A-Z 0-9");
        kiosk.Call = new(time.GetUtcNow(), request.FailureCode);
        meter.Called(kiosk.Id, request.FailureCode);
        changes.Notify();
        return Task.FromResult(new CallStaffReply());
    }

    public override Task Connect(IAsyncStreamReader<KioskMessage> requestStream, IServerStreamWriter<Command> responseStream,
        ServerCallContext context) =>
        new KioskStream(kiosks, Caller(context, opensStream: true), WhyNoLonger(context), changes, time, log)
            .RunAsync(requestStream, responseStream, context);

    private static Receipt Answer(byte[] key, Stored stored) => stored.Refused.Length > 0 ? throw LinkErrors.NotAccepted(stored.Refused)
        : stored.SameContent
        ? new() { IdempotencyKey = ByteString.CopyFrom(key), Number = stored.Number, Duplicate = stored.Known }
        : throw LinkErrors.OtherContent();

    /// <summary>
    /// The kiosk hears the cause while it still waits. The write goes on: with a repeat of the same key it is found, and nothing is
    /// stored twice.
    /// </summary>
    private async Task<T> StoredAsync<T>(Task<T> storing, KioskState kiosk, ServerCallContext context)
    {
        TimeSpan limit = context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime - _answerTime;
        if (limit < _answerTime) limit = _answerTime;
        if (limit > _longestWait) limit = _longestWait;
        try
        {
            return await storing.WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException e) when (!storing.IsCompleted)
        {
            Log.NotStored(log, kiosk.Id, e);
            throw LinkErrors.NotStored(store.Trouble);
        }
        catch (Exception e)
        {
            throw NotStored(kiosk, e);
        }
    }

    private RpcException NotStored(KioskState kiosk, Exception e)
    {
        Log.NotStored(log, kiosk.Id, e);
        return LinkErrors.NotStored(store.CauseOf(e));
    }

    private KioskState Caller(ServerCallContext context, bool opensStream = false)
    {
        (X509Certificate2 certificate, string id, string pin) = Certificate(context);
        if (trust.WhyNoLonger(certificate, id, pin) is { } why) throw LinkErrors.NotTrusted(why);
        NoteUse(pin, id);
        KioskState kiosk = kiosks.Get(id);
        kiosk.CertificateEnds = certificate.NotAfter;
        if (kiosk.Called(context.GetHttpContext().Connection.Id, pin, opensStream, time.GetUtcNow()))
        {
            Log.TwoUsersOfOneKey(log, id);
            changes.Notify();
        }

        return kiosk;
    }

    private void NoteUse(string pin, string kiosk)
    {
        try
        {
            renewals.Called(pin);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Noted with the next call. A full disk must not stop check-ins earlier than the database does.
            Log.RenewalNotNoted(log, kiosk, e.GetType().Name);
        }
    }

    private Func<string?> WhyNoLonger(ServerCallContext context)
    {
        (X509Certificate2 certificate, string id, string pin) = Certificate(context);
        return () => trust.WhyNoLonger(certificate, id, pin);
    }

    // The handshake refused every certificate that names no kiosk.
    private static (X509Certificate2 Certificate, string Id, string Pin) Certificate(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate is { } certificate && KioskIdentity.IdIn(certificate) is { } id
            ? (certificate, id, LinkTrust.Pin(certificate))
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "no kiosk certificate"));
}
