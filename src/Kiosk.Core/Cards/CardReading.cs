using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Core.Cards;

/// <summary>The commands of each operation, in their order. Blocks; one caller at a time.</summary>
internal sealed class CardReading(CardLink link, CardTrust trust) : IDisposable
{
    /// <summary>The offset of READ BINARY has 15 bits.</summary>
    private const int LongestCardFace = 0x8000;
    private const int LongestCertificate = 4096;
    private const int LongestIssuer = 1024;

    private JpkiCertificate? _certificate;
    private RsaKey? _cardFaceKey;
    private CardFaceChain? _chain;
    private CardFacts? _facts;
    private DateOnly _today;

    public CancellationToken Stop
    {
        set => link.Stop = value;
    }

    /// <summary>利用者証明用電子証明書, DER; null: not read.</summary>
    public byte[]? Certificate => _certificate?.Der;

    public CardFacts Identify(DateOnly today)
    {
        _today = today;
        StatusWord selected = link.Select(CardApp.Jpki);
        if (!selected.IsOk) throw new FailureException(WhatElse(selected), $"SELECT JPKI: {selected}");
        CardKind kind = ReadKind();

        Span<byte> presence = stackalloc byte[3];
        if (link.Select(ElementaryFile.Presence).IsOk
            && JpkiApp.HasNoCertificate(presence[..link.ReadAt(0, presence, out _)]))
            throw new FailureException(Failure.CardHasNoCertificate, "JPKI 0008");

        _certificate = ReadCertificate(isPhone: kind != CardKind.MyNumberCard);

        int tries = link.Select(ElementaryFile.AuthenticationPin).IsOk ? Math.Min(link.TriesLeft(), JpkiApp.MaxPinTries) : 0;
        PhotoStatus photo = link.Select(CardApp.CardFace).IsOk ? PhotoStatus.Reading : PhotoStatus.Unavailable;
        return _facts = Dated(new(kind, CertificateStatus.Valid, tries, photo, DateOnly.MaxValue));
    }

    public CardPhoto ReadPhoto(Secret number)
    {
        DateOnly? expiry = ReadCommonExpiry();
        OpenCardFace(number);
        using Secret buffer = new(LongestCardFace);
        link.MustSelect(ElementaryFile.CardFace);
        Span<byte> file = buffer.Fill(LongestCardFace);
        file = file[..ReadAll("visual 0002", file)];
        Span<byte> issuer = stackalloc byte[LongestIssuer];
        link.MustSelect(ElementaryFile.CardFaceIssuer);
        issuer = issuer[..ReadAll("visual 0004", issuer)];
        try
        {
            CardFaceRecord face = new(file);
            if (PassiveAuthentication.Fault(face, new(issuer), trust) is { } fault) throw NotGenuine(fault);
            ProveCardFaceKey(face.CardKey);
            _chain = CardFaceChain.From(face, issuer);
            RequireOneExpiry(expiry, face.Expiry, number);
            if (!IsJpeg2000(face.Photo)) throw new InvalidDataException("DF27 is not JPEG 2000");
            return PhotoOf(face, _cardFaceKey!.SubjectPublicKeyInfo);
        }
        catch (InvalidDataException broken)
        {
            throw new FailureException(Failure.PhotoUnreadable, broken.Message, broken);
        }
    }

    public (PinAnswer Answer, CardEvidence? Evidence) VerifyPin(Secret pin, ReadOnlySpan<byte> challenge)
    {
        link.MustSelect(CardApp.Jpki);
        link.MustSelect(ElementaryFile.AuthenticationPin);
        if (link.TriesLeft() == 0) return (new PinAnswer.Blocked(), null);

        StatusWord verified = link.Send(CardCommands.VerifyDigits(pin.Bytes)).Status;
        if (verified.IsBlocked) return (new PinAnswer.Blocked(), null);
        if (!verified.IsOk)
        {
            int left = verified.TriesLeft ?? throw CardLink.Unexpected("VERIFY", verified);
            return (new PinAnswer.Wrong(Math.Min(left, JpkiApp.MaxPinTries - 1)), null);
        }

        bool isFirstRead = _certificate is null;
        CardEvidence evidence = SignWithAuthenticationKey(challenge, Failure.CardUnreadable);
        return (new PinAnswer.Accepted(isFirstRead && _facts is { } facts ? Dated(facts) : null), evidence);
    }

    /// <summary>The iPhone has confirmed its holder; no VERIFY is sent.</summary>
    public CardEvidence SignUnlocked(ReadOnlySpan<byte> challenge)
    {
        link.MustSelect(CardApp.Jpki);
        return SignWithAuthenticationKey(challenge, Failure.PhoneLocked);
    }

    /// <summary>
    /// Passes on one block of an institution. The card keeps its state between blocks as long as no other command is sent.
    /// </summary>
    public byte[] Relay(ReadOnlySpan<byte> block)
    {
        ElementaryFile file = RelayedCommand.FileFor(block)
            ?? throw new FailureException(Failure.ReceptionRefused, "a block that is not passed on to the card");
        if (link.Selected != file)
        {
            if (link.Selected?.App != CardApp.Jpki) link.MustSelect(CardApp.Jpki);
            link.MustSelect(file);
        }

        return link.SendRaw(block);
    }

    /// <remarks>
    /// The public key DF24 can be read only after 照合番号B. Before the card face was read it is not known, and the signature would prove
    /// nothing.
    /// </remarks>
    public CardEvidence ProvePresence(ReadOnlySpan<byte> challenge)
    {
        if (_certificate is null)
        {
            link.MustSelect(CardApp.Jpki);
            _certificate = ReadCertificate(isPhone: true);
        }

        if (_certificate is null || _cardFaceKey is not { } key)
            throw new FailureException(Failure.CardNotProven, "the card face was not read");
        link.MustSelect(CardApp.CardFace);
        byte[] signature = Sign(CardFaceApp.Sign, challenge, Failure.CardUnreadable);
        if (!key.Verifies(challenge, signature)) throw NotGenuine("DF24");
        return new(EvidenceKey.CardFace, _certificate.Der, key.SubjectPublicKeyInfo, signature) { CardFace = _chain };
    }

    public void Dispose() => link.Dispose();

    private Failure WhatElse(StatusWord refusal)
    {
        if (!refusal.MeansNotThere) return Failure.CardUnreadable;
        return link.Select(CardApp.Licence).IsOk ? Failure.CardIsLicence : Failure.CardUnknown;
    }

    private CardKind ReadKind()
    {
        Span<byte> label = stackalloc byte[32];
        link.MustSelect(ElementaryFile.TokenInfo);
        int length = link.ReadAt(0, label, out StatusWord status);
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
        StatusWord status = link.Select(ElementaryFile.AuthenticationCertificate);
        Span<byte> file = stackalloc byte[LongestCertificate];
        int length = status.IsOk ? link.ReadObject(file, out status) : 0;
        if (length > 0) return Trusted(JpkiCertificate.Parse(file[..length]));
        if (isPhone && status == StatusWord.SecurityNotSatisfied) return null;
        throw status.MeansNotThere && status != StatusWord.SecurityNotSatisfied
            ? new FailureException(Failure.CardHasNoCertificate, $"JPKI 000A: {status}")
            : CardLink.Unexpected("READ JPKI 000A", status);
    }

    private JpkiCertificate Trusted(JpkiCertificate certificate) =>
        trust.HasIssued(certificate) ? certificate : throw NotGenuine("JPKI CA");

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
        link.MustSelect(ElementaryFile.AuthenticationKey);
        byte[] signature = Sign(JpkiApp.Sign, challenge, ifRefused);
        if (!certificate.Key.Verifies(challenge, signature)) throw NotGenuine("JPKI 0017");
        return new(EvidenceKey.Authentication, certificate.Der, certificate.Key.SubjectPublicKeyInfo, signature);
    }

    /// <returns>Null: the card has no such record.</returns>
    private DateOnly? ReadCommonExpiry()
    {
        if (!link.Select(CardApp.Common).IsOk || !link.Select(ElementaryFile.CommonInfo).IsOk) return null;
        ResponseApdu record = link.Send(CardCommands.ReadFirstRecord);
        return record.Status.IsOk ? CommonApp.ParseExpiry(record.Data) : null;
    }

    /// <summary>
    /// DF29, the date of the 共通カードAP and the year in 照合番号B must be the same. None of them is signed, so a difference does not prove
    /// a forgery: the photo is not used, and the PIN or staff decide.
    /// </summary>
    private static void RequireOneExpiry(DateOnly? common, DateOnly? face, Secret number)
    {
        if (face is not { } day) throw new InvalidDataException("DF29 is not a date");
        if (common is { } other && other != day) throw new InvalidDataException("DF29 differs from common 0001");
        ReadOnlySpan<byte> year = number.Bytes.Slice(CardFaceApp.YearOffset, 4);
        if (!year.SequenceEqual(Encoding.ASCII.GetBytes($"{day.Year:D4}")))
            throw new InvalidDataException("DF29 differs from the number's year");
    }

    /// <summary>Verifies 照合番号B. Reads its counter first; sends one VERIFY at most.</summary>
    private void OpenCardFace(Secret number)
    {
        StatusWord selected = link.Select(CardApp.CardFace);
        if (!selected.IsOk) throw new FailureException(Failure.PhotoUnreadable, $"SELECT visual: {selected}");
        link.MustSelect(ElementaryFile.NumberB);
        int tries = link.TriesLeft();
        if (tries < CardFaceApp.MinTriesLeft) throw new FailureException(Failure.CardNumberGuarded, $"{tries}");
        StatusWord verified = link.Send(CardCommands.VerifyDigits(number.Bytes)).Status;
        if (verified.IsOk) return;
        throw verified.TriesLeft is { } left
            ? new FailureException(Failure.CardNumberWrong, $"{left}")
            : CardLink.Unexpected("VERIFY visual 0012", verified);
    }

    /// <summary>Active proof: the card signs a fresh random value. A copied file cannot do that.</summary>
    private void ProveCardFaceKey(RsaKey key)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        if (!key.Verifies(nonce, Sign(CardFaceApp.Sign, nonce, Failure.CardUnreadable))) throw NotGenuine("DF24");
        _cardFaceKey = key;
    }

    private byte[] Sign(SignCommand command, ReadOnlySpan<byte> message, Failure ifRefused)
    {
        Span<byte> digestInfo = stackalloc byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo(message, digestInfo);
        ResponseApdu response = link.Send(command(digestInfo));
        if (response.Status.IsOk) return response.Data.ToArray();
        throw response.Status == StatusWord.SecurityNotSatisfied
            ? new FailureException(ifRefused, "SIGN: 6982")
            : CardLink.Unexpected("SIGN", response.Status);
    }

    private int ReadAll(string name, Span<byte> destination)
    {
        int length = link.ReadObject(destination, out StatusWord status);
        return length > 0 ? length : throw CardLink.Unexpected($"READ {name}", status);
    }

    private static FailureException NotGenuine(string what) => new(Failure.CardNotGenuine, what);

    [SuppressMessage("Reliability", "CA2000", Justification = "The photo owns the secret; the caller owns the photo.")]
    private static CardPhoto PhotoOf(in CardFaceRecord face, byte[] cardKey)
    {
        return new(Copy(face.Photo), Copy(face.NamePng)) { CardKey = cardKey };

        static Secret Copy(ReadOnlySpan<byte> bytes)
        {
            Secret copy = new(Math.Max(1, bytes.Length));
            bytes.CopyTo(copy.Fill(bytes.Length));
            return copy;
        }
    }

    private delegate CommandApdu SignCommand(ReadOnlySpan<byte> digestInfo);

    private static bool IsJpeg2000(ReadOnlySpan<byte> photo) =>
        photo.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20])
        || photo.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]);
}
