using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Core.Cards;

/// <summary>
/// The commands of each operation, in their order. Blocks; one caller at a time. An operation is one group of commands, which is run again
/// after a reset of the card (<see cref="CardRecovery"/>), except for what the patient entered: one VERIFY for one entry.
/// </summary>
internal sealed class CardReading : IDisposable
{
    /// <summary>The offset of READ BINARY has 15 bits.</summary>
    private const int LongestCardFace = 0x8000;
    internal const int LongestCertificate = 4096;
    private const int LongestIssuer = 1024;

    private readonly CardLink _link;
    private readonly CardTrust _trust;
    private readonly CardRecovery _recovery;
    private JpkiCertificate? _certificate;
    private CardPublicKey? _cardFaceKey;
    private CardFaceChain? _chain;
    private CardFacts? _facts;
    private DateOnly _today;

    public CardReading(CardLink link, CardTrust trust)
    {
        (_link, _trust) = (link, trust);
        _recovery = new(link, () => (_facts is not null, _certificate));
    }

    public CancellationToken Stop
    {
        set => _link.Stop = value;
    }

    /// <summary>利用者証明用電子証明書, DER; null: not read.</summary>
    public byte[]? Certificate => _certificate?.Der;

    public CardFacts Identify(DateOnly today)
    {
        _today = today;
        return _recovery.InGroup(Identify);
    }

    /// <summary>Reads the card face with 照合番号B.</summary>
    /// <param name="unproven">Given the photo before its proof; null: not wanted.</param>
    public CardPhoto ReadPhoto(Secret number, Action<CardPhoto>? unproven = null)
    {
        CardEntry entry = new();
        return _recovery.InGroup(() => ReadPhoto(number, entry, unproven));
    }

    /// <summary>Sends VERIFY once at most, then signs.</summary>
    public (PinAnswer Answer, CardEvidence? Evidence) VerifyPin(Secret pin, ReadOnlyMemory<byte> challenge)
    {
        CardEntry entry = new();
        return _recovery.InGroup(() => VerifyPin(pin, challenge.Span, entry));
    }

    /// <summary>The iPhone has confirmed its holder; no VERIFY is sent.</summary>
    public CardEvidence SignUnlocked(ReadOnlyMemory<byte> challenge) => _recovery.InGroup(() =>
    {
        _link.MustSelect(CardApp.Jpki);
        return SignWithAuthenticationKey(challenge.Span, Failure.PhoneLocked);
    });

    /// <summary>
    /// Passes on one block of an institution. The card keeps its state between blocks as long as no other command is sent. After a reset
    /// the card refuses the block, and the institution is told so by its answer.
    /// </summary>
    public byte[] Relay(ReadOnlyMemory<byte> block) => _recovery.InGroup(() => Relay(block.Span));

    /// <remarks>
    /// The public key DF24 can be read only after 照合番号B. Before the card face was read it is not known, and the signature would prove
    /// nothing.
    /// </remarks>
    public CardEvidence ProvePresence(ReadOnlyMemory<byte> challenge) => _recovery.InGroup(() => ProvePresence(challenge.Span));

    public void Dispose() => _link.Dispose();

    private CardFacts Identify()
    {
        StatusWord selected = _link.Select(CardApp.Jpki);
        if (!selected.IsOk) throw new FailureException(WhatElse(selected), $"SELECT JPKI: {selected}");
        CardKind kind = ReadKind();

        Span<byte> presence = stackalloc byte[3];
        if (_link.Select(ElementaryFile.Presence).IsOk
            && JpkiApp.HasNoCertificate(presence[.._link.ReadAt(0, presence, out _)]))
            throw new FailureException(Failure.CardHasNoCertificate, "JPKI 0008");

        _certificate = ReadCertificate(isPhone: kind != CardKind.MyNumberCard);

        int tries = _link.Select(ElementaryFile.AuthenticationPin).IsOk ? Math.Min(_link.TriesLeft(), JpkiApp.MaxPinTries) : 0;
        PhotoStatus photo = _link.Select(CardApp.CardFace).IsOk ? PhotoStatus.Reading : PhotoStatus.Unavailable;
        bool isResidenceCard = kind == CardKind.MyNumberCard && _link.Select(CardApp.ResidenceCard).IsOk;
        if (isResidenceCard && photo == PhotoStatus.Reading) photo = PhotoStatus.NeedsNumber;
        return _facts = Dated(new(kind, CertificateStatus.Valid, tries, photo, DateOnly.MaxValue, isResidenceCard));
    }

    private CardPhoto ReadPhoto(Secret number, CardEntry entry, Action<CardPhoto>? unproven)
    {
        DateOnly? expiry = ReadCommonExpiry();
        OpenCardFace(number, entry);
        using Secret buffer = new(LongestCardFace);
        _link.MustSelect(ElementaryFile.CardFace);
        Span<byte> file = buffer.Fill(LongestCardFace);
        file = file[..ReadAll("visual 0002", file)];
        CardPhoto? photo = null;
        try
        {
            CardFaceRecord face = new(file);
            // Its decoding takes as long as the proof below, so both run at the same time.
            if (IsJpeg2000(face.Photo)) photo = PhotoOf(face);
            if (photo is not null) unproven?.Invoke(photo);
            Span<byte> issuer = stackalloc byte[LongestIssuer];
            _link.MustSelect(ElementaryFile.CardFaceIssuer);
            issuer = issuer[..ReadAll("visual 0004", issuer)];
            if (PassiveAuthentication.Fault(face, new(issuer), _trust) is { } fault)
                throw new FailureException(fault.Failure, fault.Detail);
            ProveCardFaceKey(face.CardKey);
            _chain = CardFaceChain.From(face, issuer);
            RequireOneExpiry(expiry, face.Expiry, _facts is { IsResidenceCard: true } ? null : number);
            return photo ?? throw NoPhoto(face);
        }
        catch (Exception broken)
        {
            photo?.Dispose();
            if (broken is not InvalidDataException) throw;
            throw new FailureException(Failure.PhotoUnreadable, broken.Message, broken);
        }
    }

    /// <summary>Empty, or filled with one value: the card has no photo. Anything else that is no picture is damaged.</summary>
    private static FailureException NoPhoto(in CardFaceRecord face) =>
        face.Photo.IndexOfAnyExcept((byte)0x00) < 0 || face.Photo.IndexOfAnyExcept((byte)0xFF) < 0
            ? new(Failure.PhotoAbsent, $"DF27 has no picture, {face.Photo.Length} bytes")
            : new(Failure.PhotoUnreadable, "DF27 is not JPEG 2000");

    private (PinAnswer Answer, CardEvidence? Evidence) VerifyPin(Secret pin, ReadOnlySpan<byte> challenge, CardEntry entry)
    {
        bool wasReset = entry.TriesBefore is not null;
        entry.IsFirstRead |= _certificate is null;
        _link.MustSelect(CardApp.Jpki);
        if (!entry.IsAccepted)
        {
            _link.MustSelect(ElementaryFile.AuthenticationPin);
            int left = _link.TriesLeft();
            if (left == 0) return (new PinAnswer.Blocked(), null);
            if (entry.TriesBefore is { } before)
            {
                // A reset came instead of the answer. A counter that went down says that the PIN was wrong. Otherwise it was right or never
                // reached the card; the signature below shows which. It is not sent again.
                if (left < before) return (Wrong(left), null);
            }
            else
            {
                entry.TriesBefore = left;
                StatusWord verified = _link.Send(CardCommands.VerifyDigits(pin.Bytes)).Status;
                if (verified.IsBlocked) return (new PinAnswer.Blocked(), null);
                if (!verified.IsOk) return (Wrong(verified.TriesLeft ?? throw CardLink.Unexpected("VERIFY", verified)), null);
                entry.IsAccepted = true;
            }
        }

        CardEvidence evidence = SignWithAuthenticationKey(challenge, wasReset ? Failure.CardMoved : Failure.CardUnreadable);
        return (new PinAnswer.Accepted(entry.IsFirstRead && _facts is { } facts ? Dated(facts) : null), evidence);

        static PinAnswer Wrong(int left) => new PinAnswer.Wrong(Math.Min(left, JpkiApp.MaxPinTries - 1));
    }

    private byte[] Relay(ReadOnlySpan<byte> block)
    {
        ElementaryFile file = RelayedCommand.FileFor(block)
            ?? throw new FailureException(Failure.ReceptionRefused, "a block that is not passed on to the card");
        // As a card answers to data of another length. The institution may try the digest that fits.
        if (!RelayedCommand.Fits(block, _certificate?.Key)) return [0x67, 0x00];
        if (_link.Selected != file)
        {
            if (_link.Selected?.App != CardApp.Jpki) _link.MustSelect(CardApp.Jpki);
            _link.MustSelect(file);
        }

        return _link.SendRaw(block);
    }

    private CardEvidence ProvePresence(ReadOnlySpan<byte> challenge)
    {
        if (_certificate is null)
        {
            _link.MustSelect(CardApp.Jpki);
            _certificate = ReadCertificate(isPhone: true);
        }

        if (_certificate is null || _cardFaceKey is not { } key)
            throw new FailureException(Failure.CardNotProven, "the card face was not read");
        _link.MustSelect(CardApp.CardFace);
        byte[] signature = Sign(CardFaceApp.Sign, key, challenge, Failure.CardUnreadable);
        CardProof.Require(key, challenge, signature, "DF24");
        return new(EvidenceKey.CardFace, _certificate.Der, key.SubjectPublicKeyInfo, signature) { CardFace = _chain };
    }

    private Failure WhatElse(StatusWord refusal)
    {
        if (!refusal.MeansNotThere) return Failure.CardUnreadable;
        return _link.Select(CardApp.Licence).IsOk ? Failure.CardIsLicence : Failure.CardUnknown;
    }

    private CardKind ReadKind()
    {
        Span<byte> label = stackalloc byte[32];
        _link.MustSelect(ElementaryFile.TokenInfo);
        int length = _link.ReadAt(0, label, out StatusWord status);
        if (length == 0) throw CardLink.Unexpected("READ JPKI 0006", status);
        return JpkiApp.ParseLabel(label[..length]) switch
        {
            TokenLabel.MyNumberCard => CardKind.MyNumberCard,
            TokenLabel.AndroidPhone => CardKind.AndroidPhone,
            TokenLabel.Iphone => CardKind.Iphone,
            TokenLabel.OldResidentCard => throw new FailureException(Failure.CardIsOldResidentCard),
            null => throw new FailureException(Failure.CardUnknown, "JPKI 0006"),
        };
    }

    /// <returns>Null: a phone whose PIN was not sent yet.</returns>
    private JpkiCertificate? ReadCertificate(bool isPhone)
    {
        StatusWord status = _link.Select(ElementaryFile.AuthenticationCertificate);
        Span<byte> file = stackalloc byte[LongestCertificate];
        int length = status.IsOk ? _link.ReadObject(file, out status) : 0;
        if (length > 0) return Trusted(JpkiCertificate.Parse(file[..length]));
        if (isPhone && status == StatusWord.SecurityNotSatisfied) return null;
        throw status.MeansNotThere && status != StatusWord.SecurityNotSatisfied
            ? new FailureException(Failure.CardHasNoCertificate, $"JPKI 000A: {status}")
            : CardLink.Unexpected("READ JPKI 000A", status);
    }

    private JpkiCertificate Trusted(JpkiCertificate certificate)
    {
        if (certificate.UnknownAlgorithm is { } name) throw CardProof.Unknown($"JPKI 000A: {name}");
        return _trust.HasIssued(certificate) ? certificate : throw new FailureException(Failure.CardNotGenuine, "JPKI CA");
    }

    /// <summary>
    /// The facts with the validity of the certificate. Unchanged for a phone before its PIN, whose certificate is not known yet.
    /// </summary>
    /// <exception cref="FailureException">
    /// ClockWrong: the certificate is not valid yet, so the clock of the kiosk must be wrong.
    /// </exception>
    private CardFacts Dated(CardFacts facts)
    {
        if (_certificate is null) return facts;
        if (_today < _certificate.FirstDay) throw new FailureException(Failure.ClockWrong, "JPKI 000A is not yet valid");
        DateOnly last = _certificate.LastDay;
        return facts with { Certificate = CertificateRule.StatusOn(last, _today, facts.Kind != CardKind.MyNumberCard), ExpiresOn = last };
    }

    /// <summary>Signs after the PIN was verified, or on a phone that has confirmed its holder.</summary>
    /// <param name="ifRefused">The failure when the card refuses to sign.</param>
    private CardEvidence SignWithAuthenticationKey(ReadOnlySpan<byte> challenge, Failure ifRefused)
    {
        JpkiCertificate certificate = _certificate ??=
            ReadCertificate(isPhone: true) ?? throw new FailureException(ifRefused, "JPKI 000A");
        _link.MustSelect(ElementaryFile.AuthenticationKey);
        byte[] signature = Sign(JpkiApp.Sign, certificate.Key, challenge, ifRefused);
        CardProof.Require(certificate.Key, challenge, signature, "JPKI 0017");
        return new(EvidenceKey.Authentication, certificate.Der, certificate.Key.SubjectPublicKeyInfo, signature);
    }

    /// <returns>Null: the card has no such record.</returns>
    private DateOnly? ReadCommonExpiry()
    {
        if (!_link.Select(CardApp.Common).IsOk || !_link.Select(ElementaryFile.CommonInfo).IsOk) return null;
        ResponseApdu record = _link.Send(CardCommands.ReadFirstRecord);
        return record.Status.IsOk ? CommonApp.ParseExpiry(record.Data) : null;
    }

    /// <summary>
    /// DF29, the date of the 共通カードAP and the year in 照合番号B, where it is known to hold one, must be the same. None of them is signed,
    /// so a difference does not prove a forgery: the photo is not used, and the PIN or staff decide.
    /// </summary>
    private static void RequireOneExpiry(DateOnly? common, DateOnly? face, Secret? number)
    {
        if (face is not { } day) throw new InvalidDataException("DF29 is not a date");
        if (common is { } other && other != day) throw new InvalidDataException("DF29 differs from common 0001");
        if (number is null) return;
        ReadOnlySpan<byte> year = number.Bytes.Slice(CardFaceApp.YearOffset, 4);
        if (!year.SequenceEqual(Encoding.ASCII.GetBytes($"{day.Year:D4}")))
            throw new InvalidDataException("DF29 differs from the number's year");
    }

    /// <summary>
    /// Verifies 照合番号B. Reads its counter first; sends one VERIFY. After a reset that made the card forget it, a number that this card has
    /// already accepted is sent once more: it cannot spend a try.
    /// </summary>
    private void OpenCardFace(Secret number, CardEntry entry)
    {
        StatusWord selected = _link.Select(CardApp.CardFace);
        if (!selected.IsOk) throw new FailureException(Failure.PhotoUnreadable, $"SELECT visual: {selected}");
        if (entry.TriesBefore is not null && IsCardFaceOpen()) return;
        _link.MustSelect(ElementaryFile.NumberB);
        int tries = _link.TriesLeft();
        if (entry is { TriesBefore: { } before, IsAccepted: false })
        {
            throw tries < before
                ? new FailureException(Failure.CardNumberWrong, $"{tries}")
                : new FailureException(Failure.CardMoved, "reset during VERIFY visual 0012");
        }

        if (tries < CardFaceApp.MinTriesLeft) throw new FailureException(Failure.CardNumberGuarded, $"{tries}");
        entry.TriesBefore = tries;
        entry.IsAccepted = false;
        StatusWord verified = _link.Send(CardCommands.VerifyDigits(number.Bytes)).Status;
        entry.IsAccepted = verified.IsOk;
        if (verified.IsOk) return;
        throw verified.TriesLeft is { } left
            ? new FailureException(Failure.CardNumberWrong, $"{left}")
            : CardLink.Unexpected("VERIFY visual 0012", verified);
    }

    /// <summary>The card still knows that the number was right: a verified number can survive a reset (README.md section 7).</summary>
    private bool IsCardFaceOpen()
    {
        Span<byte> head = stackalloc byte[7];
        return _link.Select(ElementaryFile.CardFace).IsOk && _link.ReadAt(0, head, out _) > 0;
    }

    /// <summary>Active proof: the card signs a fresh random value. A copied file cannot do that.</summary>
    private void ProveCardFaceKey(CardPublicKey key)
    {
        CardProof.RequireKnown(key, "DF24");
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        CardProof.Require(key, nonce, Sign(CardFaceApp.Sign, key, nonce, Failure.CardUnreadable), "DF24");
        _cardFaceKey = key;
    }

    /// <param name="key">Public half of the key that signs: it says what the card has to be given.</param>
    private byte[] Sign(SignCommand command, CardPublicKey key, ReadOnlySpan<byte> message, Failure ifRefused)
    {
        Span<byte> input = stackalloc byte[CardPublicKey.MaxSignInput];
        ResponseApdu response = _link.Send(command(input[..key.WriteSignInput(message, input)]));
        if (response.Status.IsOk) return response.Data.ToArray();
        throw response.Status == StatusWord.SecurityNotSatisfied
            ? new FailureException(ifRefused, "SIGN: 6982")
            : CardLink.Unexpected("SIGN", response.Status);
    }

    private int ReadAll(string name, Span<byte> destination)
    {
        int length = _link.ReadObject(destination, out StatusWord status);
        return length > 0 ? length : throw CardLink.Unexpected($"READ {name}", status);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The photo owns the secret; the caller owns the photo.")]
    private static CardPhoto PhotoOf(in CardFaceRecord face)
    {
        return new(Copy(face.Photo), Copy(face.NamePng)) { CardKey = face.CardKey.SubjectPublicKeyInfo };

        static Secret Copy(ReadOnlySpan<byte> bytes)
        {
            Secret copy = new(Math.Max(1, bytes.Length));
            bytes.CopyTo(copy.Fill(bytes.Length));
            return copy;
        }
    }

    private delegate CommandApdu SignCommand(ReadOnlySpan<byte> input);

    private static bool IsJpeg2000(ReadOnlySpan<byte> photo) =>
        photo.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20])
        || photo.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]);
}
