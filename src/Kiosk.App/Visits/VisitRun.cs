using System.Security.Cryptography;
using Kiosk.App.Logging;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.Reception;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Visits;

/// <summary>The data of one visit: its key, the card session, the photo, the evidence. <see cref="Dispose"/> powers the card off and zeroes
/// everything.</summary>
internal sealed class VisitRun : IDisposable
{
    /// <summary>Idempotency key: random, one for each visit, the same for every repetition of its check-in.</summary>
    private readonly Guid _key = new(RandomNumberGenerator.GetBytes(16));

    /// <summary>Identifies the visit to the reception, which binds its challenge to it.</summary>
    private readonly Guid _visit = new(RandomNumberGenerator.GetBytes(16));

    /// <summary>The screen waits 20 s for the receipt (<see cref="Visit"/>), and the last try may take 3 s of them.</summary>
    private static readonly TimeSpan _storePatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _storePause = TimeSpan.FromMilliseconds(500);

    /// <summary>A link that was pulled is often back while the patient still answers.</summary>
    private static readonly TimeSpan _insurancePause = TimeSpan.FromSeconds(1);

    private const int InsuranceTries = 20;

    private readonly VisitDevices _devices;
    private readonly FaceMisses _misses;
    private readonly TimeProvider _time;
    private readonly IVisitInbox _inbox;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ends = new();
    private readonly CancellationToken _over;
    private readonly Lock _gate = new();
    private readonly EarlySigning _signing;
    private Action? _stopReading;
    private Secret? _number;
    private TaskCompletionSource<CardPhoto> _photo = NewPhotoSource();
    private TaskCompletionSource<CardPhoto> _unproven = NewPhotoSource();
    private Task<byte[]> _challenge = Task.FromException<byte[]>(new FailureException(Failure.ReceptionUnreachable));
    private ICardSession? _session;
    private CardEvidence? _evidence;
    private CheckIn? _checkIn;
    private Task<CardEvidence>? _proof;
    private bool _hasNoPhoto;
    private byte[] _cardKey = [];
    private bool _signsWithoutPin;
#pragma warning disable CA2213 // WatchFaceAsync, which runs it, disposes it.
    private FaceWatch? _watch;
#pragma warning restore CA2213
    private readonly NameCopy _name;
    private TaskCompletionSource _cardFace = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="misses">Shared by all visits.</param>
    public VisitRun(VisitDevices devices, FaceMisses misses, TimeProvider time, IVisitInbox inbox, ILogger log)
    {
        (_devices, _misses, _time, _inbox, _log) = (devices, misses, time, inbox, log);
        _over = _ends.Token;
        _signing = new(SignWithoutPinAsync, () => _cardFace.Task, _over);
        _name = new(devices.NamePicture);
    }

    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>Identifies the card, reports it to the visit, then reads the photo while the patient is before the camera or
    /// chooses a method, then lets the card sign.</summary>
    /// <param name="signsWithoutPin">By the institution, if the site has one; else by the key of the card face.</param>
    public async Task ReadCardAsync(bool signsWithoutPin)
    {
        _signsWithoutPin = signsWithoutPin;
        _challenge = _devices.Link.OpenVisitAsync(_visit, _over);
        Task<Secret?> printed = _devices.Printed.ReadAsync(_over);
        bool hasPhoto = false, isResidenceCard = false;
        try
        {
            _session = await _devices.Reader.OpenAsync(_over);
            if (IsOver) await _session.DisposeAsync();
            CardFacts facts = await _session.IdentifyAsync(Today(), _over);
            isResidenceCard = facts.IsResidenceCard;
            // Known at once where there is no camera above the tray: no face screen that asks for a number a moment later.
            if (facts.Photo is PhotoStatus.Reading && printed.IsCompletedSuccessfully && await printed is null)
                facts = facts with { Photo = PhotoStatus.NeedsNumber };
            (FaceLimit limit, TimeSpan left) = _misses.Look(CardNames);
            _inbox.Post(new E.CardRead(facts, limit), this);
            _ = EndWaitAsync(left);
            hasPhoto = facts is { Kind: CardKind.MyNumberCard, Certificate: not CertificateStatus.Expired };
        }
        finally
        {
            if (!hasPhoto) _ = WipeAsync(printed);
            if (!hasPhoto) _cardFace.TrySetResult();
        }

        if (!hasPhoto) return;
        if (isResidenceCard)
        {
            _ = WipeAsync(printed);
        }
        else if (await printed is Secret number)
        {
            await ReadPhotoAsync(number);
            return;
        }

        ReportPhoto(PhotoStatus.NeedsNumber, isResidenceCard ? null : _devices.Printed.LastSeen);
        _cardFace.TrySetResult();
    }

    /// <summary>The card face will be read now: evidence of its key waits for it.</summary>
    public void ExpectCardFace() => _cardFace = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="number">照合番号B; disposed when the photo is read.</param>
    public Task ReadPhotoAsync(Secret number)
    {
        _number = number;
        if (_photo.Task.IsFaulted) _photo = NewPhotoSource();
        if (!IsOver) return ReadPhotoAsync();
        // The visit has ended: the card-face camera was slower than the patient.
        DropNumber();
        return Task.CompletedTask;
    }

    private async Task ReadPhotoAsync()
    {
        if (_number is not { } number) return;
        using CancellationTokenSource reading = CancellationTokenSource.CreateLinkedTokenSource(_over);
        Set(ref _stopReading, reading.Cancel);
        try
        {
            if (_unproven.Task.IsCompleted) _unproven = NewPhotoSource();
            TaskCompletionSource<CardPhoto> unproven = _unproven;
            CardPhoto photo = await _session!.ReadPhotoAsync(number, early => unproven.TrySetResult(early), reading.Token);
            DropNumber();
            _cardKey = photo.CardKey;
            // Before the photo can be used: another certificate may have hidden the misses of this card face.
            (FaceLimit limit, TimeSpan left) = _misses.Look(CardNames);
            if (limit is not FaceLimit.None) _inbox.Post(new E.FaceLimitChanged(limit), this);
            _ = EndWaitAsync(left);
            if (!_photo.TrySetResult(photo) || IsOver) photo.Dispose();
            ReportPhoto(PhotoStatus.Ready);

            // Sign now, while the patient looks into the camera, so that nobody waits for it at the end. Where the institution lets the
            // authentication key sign, that waits for a face that matches.
            if (!_signsWithoutPin) _evidence ??= await _session.ProvePresenceAsync(await _challenge, _over);
        }
        catch (FailureException failure)
            when (failure.Failure is Failure.CardNumberWrong or Failure.CardNumberGuarded or Failure.PhotoUnreadable)
        {
            DropNumber();
            // Reported first: the face check that waits for the photo would tell the patient a less exact reason.
            ReportPhoto(PhotoStatus.Unavailable);
            _photo.TrySetException(new FailureException(Failure.PhotoUnreadable, failure.Failure.ToString()));
        }
        catch (FailureException failure) when (failure.Failure is Failure.PhotoAbsent)
        {
            DropNumber();
            _hasNoPhoto = true;
            ReportPhoto(PhotoStatus.Absent);
            _photo.TrySetException(new FailureException(Failure.PhotoUnreadable, failure.Detail));
        }
        catch (FailureException failure) when (failure.Failure is Failure.ReceptionUnreachable)
        {
            // Without a challenge nothing can be signed yet; SubmitAsync asks for one again.
        }
        catch (OperationCanceledException) when (!IsOver)
        {
            // The patient chose the PIN; it has priority over the photo.
        }
        finally
        {
            Set(ref _stopReading, null);
            _cardFace.TrySetResult();
        }
    }

    /// <summary>Sends VERIFY once, then signs the reception's challenge. Without a challenge nothing is sent to the card.</summary>
    /// <param name="pin">Disposed here.</param>
    public async Task VerifyPinAsync(Secret pin)
    {
        using Secret used = pin;
        byte[] challenge = await ChallengeAsync();
        Stop(ref _stopReading);
        _signing.Stop();
        (PinAnswer answer, CardEvidence? evidence) = await _session!.VerifyPinAsync(used, challenge, _over);
        _evidence = evidence ?? _evidence;
        _inbox.Post(new E.PinChecked(answer), this);
        if (answer is not PinAnswer.Accepted && _number is not null) await ReadPhotoAsync();
    }

    /// <summary>Begins a visit by phone: asks for the reception's challenge while the patient types or confirms.</summary>
    public void BeginPhone() => _challenge = _devices.Link.OpenVisitAsync(_visit, _over);

    /// <summary>Reads a phone that is held to the reader: identify, confirm, sign, power off. The PIN leaves its buffer once, to be
    /// sent.</summary>
    /// <param name="digits">Contains an Android phone's PIN, if one was typed.</param>
    /// <param name="warned">True if the patient was warned that one try is left.</param>
    public async Task ReadPhoneAsync(DigitBuffer digits, bool warned)
    {
        byte[] challenge = await ChallengeAsync();
        bool sent = false;
        try
        {
            if (_session is { } before) await before.DisposeAsync();
            await using ICardSession phone = _session = await _devices.Reader.OpenAsync(_over);
            CardFacts facts = await phone.IdentifyAsync(Today(), _over);
            if (facts.Kind is CardKind.Iphone)
            {
                _evidence = await phone.SignUnlockedAsync(challenge, _over);
                // Some phones show their certificate only after the PIN.
                if (facts.ExpiresOn == DateOnly.MaxValue) facts = await phone.IdentifyAsync(Today(), _over);
                _inbox.Post(new E.PhoneRead(facts), this);
                return;
            }
            if (facts.Kind is CardKind.MyNumberCard || (facts.PinTries == 1 && !warned)
                || digits.TakeKept(JpkiApp.PinDigits) is not { } taken)
            {
                _inbox.Post(new E.CardRead(facts), this);
                return;
            }
            using Secret pin = taken;
            sent = true;
            (PinAnswer answer, _evidence) = await phone.VerifyPinAsync(pin, challenge, _over);
            _inbox.Post(answer is PinAnswer.Accepted accepted ? new E.PhoneRead(accepted.Facts ?? facts) : new E.PinChecked(answer), this);
        }
        catch (FailureException failure)
            when (!sent && failure.Failure is Failure.CardMoved or Failure.CardUnreadable or Failure.CardSilent or Failure.PhoneLocked)
        {
            _inbox.Post(new E.PhoneFailed(failure.Failure), this);
        }
    }

    /// <summary>The camera is to be opened while the card is read. Called on the loop's thread, like the two below.</summary>
    /// <returns>For <see cref="WatchFaceAsync"/>.</returns>
    public FaceWatch PrepareFace() => _watch = new FaceWatch(cannotTurn: false, begun: false, _over);

    /// <returns>For <see cref="WatchFaceAsync"/>; null: the prepared watch goes on.</returns>
    public FaceWatch? BeginFace(bool cannotTurn)
    {
        if (!cannotTurn && _watch?.TryBegin() == true) return null;
        _watch?.Stop();
        return _watch = new FaceWatch(cannotTurn, begun: true, _over);
    }

    public void StopFace()
    {
        _watch?.Stop();
        _watch = null;
    }

    public async Task WatchFaceAsync(FaceWatch watch)
    {
        using FaceWatch face = watch;
        try
        {
            if (_devices.Face is null) throw new FailureException(Failure.ModelMissing);
            PhotoArrival photo = new(_photo.Task, _unproven.Task);
            await foreach (FaceReport report in _devices.Face.WatchAsync(photo, face.CannotTurn, face.Begin, face.Stopped))
            {
                switch (report)
                {
                    case FaceReport.Guided guided:
                        _inbox.Post(new E.FaceGuided(guided.Guidance), this);
                        break;
                    case FaceReport.Matched:
                        if (_signsWithoutPin) _signing.Begin();
                        break;
                    case FaceReport.Judged judged:
                        if (judged.Verdict.Light is { } light) _log.LightJudged(light.Answer.ToString(), light.ToString());
                        // With a slow card the photo comes after the head turn, and the match is known only with the verdict. Signing
                        // begins before the visit gets the verdict, because the visit then asks for the signature.
                        if (judged.Verdict is { Same: true, Live: true } && _signsWithoutPin) _signing.Begin();
                        _inbox.Post(new E.FaceJudged(judged.Verdict, Counted(judged.Verdict)), this);
                        if (judged.Verdict is { Same: true, Live: true }) PrepareName();
                        break;
                    default:
                        throw new System.Diagnostics.UnreachableException();
                }
            }
        }
        catch (OperationCanceledException) when (face.Stopped.IsCancellationRequested)
        {
            // Another screen is shown: the camera is closed.
        }
        catch (FailureException) when (face.TryGiveUp())
        {
            // Nobody waited for the camera yet. The face check opens it again, and tells its own failure.
        }
    }

    /// <summary>What the card is known by where its misses are counted.</summary>
    private byte[][] CardNames => [_session?.Certificate ?? [], _cardKey];

    /// <summary>Counted here, when the comparison is done: a card that is pulled off now has missed all the same.</summary>
    private FaceLimit Counted(FaceVerdict verdict)
    {
        if (verdict is { Same: true, Live: true })
        {
            _misses.Matched(CardNames);
            return FaceLimit.None;
        }

        (FaceLimit limit, TimeSpan left) = _misses.Missed(CardNames);
        _ = EndWaitAsync(left);
        return limit;
    }

    private async Task EndWaitAsync(TimeSpan left)
    {
        if (left <= TimeSpan.Zero) return;
        await Task.Delay(left, _time, _over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsOver) _inbox.Post(new E.FaceLimitChanged(_misses.Look(CardNames).Limit), this);
    }

    /// <param name="code">Disposed here.</param>
    public async Task CheckStaffCodeAsync(Secret code)
    {
        using Secret used = code;
        _inbox.Post(new E.StaffCodeChecked(await _devices.Link.CheckStaffCodeAsync(_visit, used, _over)), this);
    }

    /// <summary>Writes the journal, submits the check-in, writes the journal. The receipt is reported only after the reception has stored
    /// the check-in.</summary>
    public async Task SubmitAsync(Confirmed who, Answers answers)
    {
        // Made once. A repetition after a lost answer must be identical to the byte, because it has the same idempotency key.
        _checkIn ??= await CheckInAsync(who, answers);
        _devices.Journal.Begin(_key, _visit);
        PrepareName();
        Receipt receipt = await HandOverAsync(_checkIn);
        _devices.Journal.Done(_key);
        // Before the receipt is reported, because that may end the visit.
        Task<Secret?> name = _name.TakeAsync();
        _inbox.Post(new E.ReceiptCame(receipt), this);
        await ShowNameAsync(name);
    }

    /// <summary>While the reception cannot write, for example because a backup holds its database, it is asked again with the same key.
    /// Then the patient decides.</summary>
    private async Task<Receipt> HandOverAsync(CheckIn checkIn)
    {
        long from = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await _devices.Link.SubmitAsync(checkIn, _over);
            }
            catch (FailureException failure)
                when (failure.Failure is Failure.ReceptionNotStoring && _time.GetElapsedTime(from) < _storePatience)
            {
                await Task.Delay(_storePause, _time, _over);
            }
        }
    }

    /// <summary>Sends the card's picture of 氏名, for a reception system that lacks a character of it. The visit does not depend on
    /// it.</summary>
    private async Task ShowNameAsync(Task<Secret?> copy)
    {
        try
        {
            using Secret? name = await copy;
            // Not part of the visit's time: the visit may be over.
            if (name is not null) await _devices.Link.ShowNameAsync(_visit, name, CancellationToken.None);
        }
        catch (FailureException failure)
        {
            _log.ActionFailed("ShowName", failure.Failure.ToString(), FailureCatalogue.EntryFor(failure.Failure).Code, failure.Detail);
        }
    }

    private void PrepareName()
    {
        if (_photo.Task.IsCompletedSuccessfully) _name.Begin(_photo.Task.Result);
    }

    private async Task<CheckIn> CheckInAsync(Confirmed who, Answers answers)
    {
        _evidence = await ProofAsync(who.Method, answers.Asked);
        if (_evidence.CardFace is not null && !answers.Asked.ComparesCardFace) _log.CardFaceNotCompared();
        return new(_key, _visit, _time.GetUtcNow(), who.Method, who.Card, _evidence, who.Face, who.StaffId, answers);
    }

    /// <summary>Signed once: the question about the insurance and the check-in have one evidence. After a failure signed again.</summary>
    private Task<CardEvidence> ProofAsync(Method method, SitePolicy asked)
    {
        lock (_gate)
        {
            if (_proof is null or { IsFaulted: true } or { IsCanceled: true })
                // PIN and phone have signed already.
                _proof = _evidence is { Key: EvidenceKey.Authentication } signed
                    ? Task.FromResult(signed) : Task.Run(() => EvidenceAsync(method, asked));
            return _proof;
        }
    }

    /// <summary>
    /// Asks the centre through the reception, and again while the link is away. Says when the site's time for it is over; an answer may
    /// still come later, while the patient answers the questions.
    /// </summary>
    public async Task AskInsuranceAsync(Confirmed who, SitePolicy asked)
    {
        _ = EndInsuranceTimeAsync(TimeSpan.FromSeconds(asked.InsuranceSeconds));
        PreQuestion question = new(_visit, who.Method, await ProofAsync(who.Method, asked), who.StaffId, asked.ComparesCardFace);
        for (int tries = 1; ; tries++)
        {
            try
            {
                PreAnswer answer = await _devices.Link.AskInsuranceAsync(question, _over);
                _inbox.Post(new E.InsuranceCame(answer), this);
                return;
            }
            catch (FailureException failure) when (failure.Failure is Failure.ReceptionUnreachable && tries < InsuranceTries)
            {
                await Task.Delay(_insurancePause, _time, _over);
            }
        }
    }

    /// <summary>利用登録 of this card.</summary>
    public async Task RegisterCardAsync() =>
        _inbox.Post(new E.InsuranceCame(await _devices.Link.RegisterCardAsync(_visit, _over)), this);

    private async Task EndInsuranceTimeAsync(TimeSpan left)
    {
        await Task.Delay(left, _time, _over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsOver) _inbox.Post(new E.InsuranceLate(), this);
    }

    /// <summary>
    /// The strongest evidence without a PIN that this site offers: 特定機関認証 where there is an institution, else the key of the card face.
    /// </summary>
    /// <exception cref="FailureException">
    /// CardNotProven: the key that the rules of the contract demand did not sign. CardNotGenuine: another card has signed.
    /// </exception>
    private async Task<CardEvidence> EvidenceAsync(Method method, SitePolicy asked)
    {
        // Also before the exchange with an institution: a command between two of its blocks would end it.
        await _cardFace.Task.WaitAsync(_over);
        // Staff confirmed the patient before it was known that they have nothing to compare with.
        if (_hasNoPhoto) throw new FailureException(Failure.PhotoAbsent, "confirmed by sight");
        if (asked.SignsWithoutPin && await _signing.TakeAsync() is { } signed) return signed;

        // No weaker evidence in its place: the refusal can be that of a card which hands the face of another card on.
        if (!EvidenceChoice.CardFaceIsEnough(method, asked.SignsWithoutPin))
            throw new FailureException(Failure.CardNotProven, "the authentication key did not sign");
        return _evidence ?? await _session!.ProvePresenceAsync(await ChallengeAsync(), _over);
    }

    /// <summary>特定機関認証.</summary>
    /// <returns>Null: card or institution refused, or there is no institution.</returns>
    private async Task<CardEvidence?> SignWithoutPinAsync(CancellationToken end)
    {
        SignedWithoutPin? signed = await _devices.Link.SignWithoutPinAsync(
            _visit, (block, stop) => _session!.RelayAsync(block, stop), end);
        return signed is not null && _session!.Certificate is { } certificate
            ? CardEvidence.ByAuthenticationKey(certificate, signed.Challenge, signed.Signature) : null;
    }

    /// <summary>Called once, when the visit is over or the card is gone. Returns at once; the card is powered off in the
    /// background.</summary>
    public void Dispose()
    {
        _ends.Cancel();
        _ends.Dispose();
        _photo.TrySetCanceled();
        _ = _name.EndAsync(_photo.Task.IsCompletedSuccessfully ? _photo.Task.Result : null);
        DropNumber();
        ICardSession? session = _session;
        _ = Task.Run(async () =>
        {
            if (session is not null) await session.DisposeAsync();
            NativeHeap.Trim();
        });
    }

    private async Task<byte[]> ChallengeAsync()
    {
        if (_challenge.IsFaulted) _challenge = _devices.Link.OpenVisitAsync(_visit, _over);
        return await _challenge;
    }

    /// <summary>The Japanese calendar day.</summary>
    private DateOnly Today() => JapanTime.DateOf(_time.GetUtcNow());

    private void Set(ref Action? stop, Action? to)
    {
        lock (_gate) stop = to;
    }

    /// <summary>Takes the lock, because the source may be disposed at the same moment.</summary>
    private void Stop(ref Action? stop)
    {
        lock (_gate) stop?.Invoke();
    }

    private static async Task WipeAsync(Task<Secret?> unwanted)
    {
        await ((Task)unwanted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (unwanted.IsCompletedSuccessfully) (await unwanted)?.Dispose();
    }

    private void DropNumber() => Interlocked.Exchange(ref _number, null)?.Dispose();

    private void ReportPhoto(PhotoStatus photo, TrayContent? tray = null) => _inbox.Post(new E.PhotoChanged(photo, tray), this);

    private static TaskCompletionSource<CardPhoto> NewPhotoSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
