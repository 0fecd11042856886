using Kiosk.Contract;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Store;
using CoreState = Kiosk.Core.Reception.InsuranceState;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Answers a kiosk before the check-in: how the insurance stands in one word, the names of records of 医療費助成, and where the site asks for
/// them issuer and days of letters and usable prescriptions. The evidence is checked as in the check-in. Nothing else of the centre's
/// answer leaves the reception.
/// </summary>
internal sealed class PreAnswers(
    CentreAnswers answers, EvidenceCheck evidence, ReceptionStore store, Func<SitePolicy> policy, TimeProvider time, ILogger log)
{
    private const int MaxVisits = 1024;

    private readonly Lock _gate = new();

    /// <summary>Visits that may register: the newest, with the certificate whose evidence was accepted.</summary>
    private readonly Dictionary<(string Kiosk, Guid Visit), (byte[] Certificate, DateTimeOffset At)> _unregistered = [];

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, FAILED_PRECONDITION.</exception>
    public async Task<InsuranceReply> AskAsync(string kiosk, InsuranceRequest r, CancellationToken stop)
    {
        CheckInRules.Check(r);
        Guid visit = new(r.Evidence.VisitId.Span, bigEndian: true);
        CardFaceHolder? holder = evidence.Check(kiosk, r, JapanTime.DateOf(time.GetUtcNow()));
        if (r.StaffId.Length > 0 && !store.IsGranted(kiosk, visit, r.StaffId))
            throw LinkErrors.NotAccepted("no 目視確認 is granted to this staff id for this visit, or not in the last ten minutes");
        byte[] certificate = r.Evidence.Certificate.ToByteArray();
        Eligibility answer;
        try
        {
            answer = await answers.AskAsync(kiosk, visit, certificate).WaitAsync(stop);
        }
        catch (CentreException)
        {
            return NoAnswer();
        }

        bool proven = EvidenceRules.Find(r.Method, r.Evidence.Key, hasInstitution: false) is { NeedsComparison: false };
        if (!proven && holder is not null && answer.Insurances.Count > 0)
        {
            // The certificate of another card lies there: nothing of its owner is told. Staff are told after the check-in.
            if (!CardHolders.IsSame(holder, answer)) return NoAnswer();
            proven = true;
        }

        InsuranceReply reply = Reply(answer, proven);
        if (reply.State is InsuranceState.Unregistered or InsuranceState.Lapsed) Remember(kiosk, visit, certificate);
        return reply;
    }

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: this visit may not register.</exception>
    public async Task<InsuranceReply> RegisterAsync(string kiosk, Guid visit, CancellationToken stop)
    {
        byte[] certificate;
        lock (_gate)
        {
            if (!_unregistered.TryGetValue((kiosk, visit), out (byte[] Certificate, DateTimeOffset At) known)
                || time.GetUtcNow() - known.At > ReceptionStore.GrantLife)
                throw LinkErrors.NotAccepted("no unregistered card was found for this visit in the last ten minutes");
            certificate = known.Certificate;
        }

        try
        {
            Eligibility answer = await answers.RegisterAsync(kiosk, visit, certificate).WaitAsync(stop);
            Log.CardRegistered(log, kiosk);
            // Whose records these are was not proven anew: the names stay at the reception.
            return Reply(answer, proven: false);
        }
        catch (CentreException)
        {
            Log.CardNotRegistered(log, kiosk);
            return new() { State = InsuranceState.Unregistered };
        }
    }

    private static InsuranceReply NoAnswer() => new() { State = InsuranceState.NoAnswer };

    /// <param name="proven">It is known that these are the records of the person who was confirmed.</param>
    private InsuranceReply Reply(Eligibility answer, bool proven)
    {
        InsuranceReply reply = new() { State = Word(InsuranceStates.StateOf(answer)) };
        if (!proven) return reply;
        reply.Aids.AddRange(answer.Aids.Take(RecordLimits.Aids).Select((aid, i) => new MedicalAid
        {
            Id = RecordIds.OfAid(i),
            Name = RecordLimits.Cut(aid.Name, RecordLimits.Name),
            Municipality = RecordLimits.Cut(aid.Municipality, RecordLimits.Municipality),
        }));
        SitePolicy site = policy();
        if (site.AsksLetters) reply.Letters.AddRange(PendingDocuments.Letters(answer));
        if (site.DispensesPrescriptions)
            reply.Prescriptions.AddRange(PendingDocuments.Prescriptions(answer, JapanTime.DateOf(time.GetUtcNow())));
        return reply;
    }

    private static InsuranceState Word(CoreState state) => state switch
    {
        CoreState.NoAnswer => InsuranceState.NoAnswer,
        CoreState.Valid => InsuranceState.Valid,
        CoreState.Newer => InsuranceState.Newer,
        CoreState.Several => InsuranceState.Several,
        CoreState.None => InsuranceState.None,
        CoreState.Invalid => InsuranceState.Invalid,
        CoreState.Revoked => InsuranceState.Revoked,
        CoreState.Unregistered => InsuranceState.Unregistered,
        CoreState.Lapsed => InsuranceState.Lapsed,
    };

    private void Remember(string kiosk, Guid visit, byte[] certificate)
    {
        lock (_gate)
        {
            if (_unregistered.Count >= MaxVisits) _unregistered.Remove(_unregistered.MinBy(v => v.Value.At).Key);
            _unregistered[(kiosk, visit)] = (certificate, time.GetUtcNow());
        }
    }
}
