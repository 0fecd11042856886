using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kiosk.Core.Cards;

/// <summary>What is done with a card, in the order it is done. Blocking; one caller at a time.</summary>
internal sealed class CardReading(CardLink link, CardTrust trust) : IDisposable
{
    /// <summary>A read's offset has 15 bits, so no card face is longer.</summary>
    private const int LongestCardFace = 0x8000;
    private const int LongestCertificate = 4096;
    private const int LongestIssuer = 1024;

    private JpkiCertificate? _certificate;
    private RsaKey? _cardFaceKey;

    public CancellationToken Stop
    {
        set => link.Stop = value;
    }

    public CardFacts Identify(DateOnly today)
    {
        StatusWord selected = link.Send(JpkiApp.Select).Status;
        if (!selected.IsOk) throw new FailureException(WhatElse(selected), $"SELECT JPKI: {selected}");
        CardKind kind = ReadKind();

        Span<byte> presence = stackalloc byte[3];
        if (link.Select(ElementaryFile.Presence).IsOk
            && JpkiApp.HasNoCertificate(presence[..link.ReadAt(0, presence, out _)]))
            throw new FailureException(Failure.CardHasNoCertificate, "JPKI 0008");

        _certificate = ReadCertificate(isPhone: kind != CardKind.MyNumberCard);
        if (_certificate is not null && !trust.Issued(_certificate)) throw NotGenuine("JPKI CA");

        int tries = link.Select(ElementaryFile.AuthenticationPin).IsOk ? Math.Min(link.TriesLeft(), JpkiApp.MostPinTries) : 0;
        PhotoStatus photo = link.Send(CardFaceApp.Select).Status.IsOk ? PhotoStatus.Reading : PhotoStatus.Unavailable;

        // A phone shows its certificate only after the PIN: nothing is known to be wrong with it.
        DateOnly lastDay = _certificate?.LastDay ?? DateOnly.MaxValue;
        CertificateStatus status = _certificate is null ? CertificateStatus.Valid : CertificateRule.Of(lastDay, today);
        return new(kind, status, tries, photo, lastDay);
    }

    public CardPhoto ReadPhoto(Secret number)
    {
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
            if (!IsJpeg2000(face.Photo)) throw new InvalidDataException("DF27 is no JPEG 2000");
            return PhotoOf(face);
        }
        catch (InvalidDataException broken)
        {
            throw new FailureException(Failure.PhotoUnreadable, broken.Message, broken);
        }
    }

    public (PinAnswer Answer, CardEvidence? Evidence) VerifyPin(Secret pin, ReadOnlySpan<byte> challenge)
    {
        MustSelect("JPKI", JpkiApp.Select);
        link.MustSelect(ElementaryFile.AuthenticationPin);
        if (link.TriesLeft() == 0) return (new PinAnswer.Blocked(), null);

        StatusWord verified = link.Send(CardCommands.VerifyDigits(pin.Bytes)).Status;
        if (verified.IsBlocked) return (new PinAnswer.Blocked(), null);
        if (!verified.IsOk)
        {
            int left = verified.TriesLeft ?? throw CardLink.Unexpected("VERIFY", verified);
            return (new PinAnswer.Wrong(Math.Min(left, JpkiApp.MostPinTries - 1)), null);
        }

        link.MustSelect(ElementaryFile.AuthenticationKey);
        byte[] signature = Sign(challenge, isCardFace: false);
        JpkiCertificate certificate = _certificate ??= ReadCertificate(isPhone: false)!;
        if (!trust.Issued(certificate)) throw NotGenuine("JPKI CA");
        if (!certificate.Key.Verifies(challenge, signature)) throw NotGenuine("JPKI 0017");
        return (new PinAnswer.Accepted(), new(EvidenceKey.Authentication, certificate.Der, certificate.Key.SubjectPublicKeyInfo, signature));
    }

    /// <remarks>
    /// DF24 stands behind 照合番号B: until a photo was read its key is not known, the evidence's public key is empty,
    /// and the signature only shows that a card answered.
    /// </remarks>
    public CardEvidence ProvePresence(ReadOnlySpan<byte> challenge)
    {
        if (_certificate is null)
        {
            MustSelect("JPKI", JpkiApp.Select);
            _certificate = ReadCertificate(isPhone: true);
        }

        MustSelect("visual", CardFaceApp.Select);
        byte[] signature = Sign(challenge, isCardFace: true);
        if (_cardFaceKey is { } key && !key.Verifies(challenge, signature)) throw NotGenuine("DF24");
        return new(EvidenceKey.CardFace, _certificate?.Der ?? [], _cardFaceKey?.SubjectPublicKeyInfo ?? [], signature);
    }

    public void Dispose() => link.Dispose();

    private Failure WhatElse(StatusWord refusal)
    {
        if (!refusal.MeansNotThere) return Failure.CardUnreadable;
        return link.Send(LicenceApp.Select).Status.IsOk ? Failure.CardIsLicence : Failure.CardUnknown;
    }

    private CardKind ReadKind()
    {
        Span<byte> label = stackalloc byte[32];
        link.MustSelect(ElementaryFile.TokenInfo);
        int length = link.ReadAt(0, label, out StatusWord status);
        if (length == 0) throw CardLink.Unexpected("READ JPKI 0006", status);
        return JpkiApp.LabelOf(label[..length]) switch
        {
            TokenLabel.MyNumberCard => CardKind.MyNumberCard,
            TokenLabel.AndroidPhone => CardKind.AndroidPhone,
            TokenLabel.Iphone => CardKind.Iphone,
            TokenLabel.OldResidentCard => throw new FailureException(Failure.CardIsOldResidentCard),
            null => throw new FailureException(Failure.CardUnknown, "JPKI 0006"),
        };
    }

    /// <returns>Null only on a phone whose PIN was not given yet.</returns>
    private JpkiCertificate? ReadCertificate(bool isPhone)
    {
        StatusWord status = link.Select(ElementaryFile.AuthenticationCertificate);
        Span<byte> file = stackalloc byte[LongestCertificate];
        int length = status.IsOk ? link.ReadObject(file, out status) : 0;
        if (length > 0) return JpkiCertificate.Parse(file[..length]);
        if (isPhone && status == StatusWord.SecurityNotSatisfied) return null;
        throw status.MeansNotThere && status != StatusWord.SecurityNotSatisfied
            ? new FailureException(Failure.CardHasNoCertificate, $"JPKI 000A: {status}")
            : CardLink.Unexpected("READ JPKI 000A", status);
    }

    /// <summary>照合番号B: looks at its counter first, sends one VERIFY at most.</summary>
    private void OpenCardFace(Secret number)
    {
        StatusWord selected = link.Send(CardFaceApp.Select).Status;
        if (!selected.IsOk) throw new FailureException(Failure.PhotoUnreadable, $"SELECT visual: {selected}");
        link.MustSelect(ElementaryFile.NumberB);
        int tries = link.TriesLeft();
        if (tries < CardFaceApp.TriesFloor) throw new FailureException(Failure.CardNumberGuarded, $"{tries}");
        StatusWord verified = link.Send(CardCommands.VerifyDigits(number.Bytes)).Status;
        if (verified.IsOk) return;
        throw verified.TriesLeft is { } left
            ? new FailureException(Failure.CardNumberWrong, $"{left}")
            : CardLink.Unexpected("VERIFY visual 0012", verified);
    }

    /// <summary>A fresh nonce signed by the card's own key: a copied file cannot answer.</summary>
    private void ProveCardFaceKey(RsaKey key)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        if (!key.Verifies(nonce, Sign(nonce, isCardFace: true))) throw NotGenuine("DF24");
        _cardFaceKey = key;
    }

    private byte[] Sign(ReadOnlySpan<byte> message, bool isCardFace)
    {
        Span<byte> digestInfo = stackalloc byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo(message, digestInfo);
        ResponseApdu response = link.Send(isCardFace ? CardFaceApp.Sign(digestInfo) : JpkiApp.Sign(digestInfo));
        return response.Status.IsOk ? response.Data.ToArray() : throw CardLink.Unexpected("SIGN", response.Status);
    }

    private int ReadAll(string name, Span<byte> destination)
    {
        int length = link.ReadObject(destination, out StatusWord status);
        return length > 0 ? length : throw CardLink.Unexpected($"READ {name}", status);
    }

    private void MustSelect(string name, in CommandApdu select)
    {
        StatusWord status = link.Send(select).Status;
        if (!status.IsOk) throw CardLink.Unexpected($"SELECT {name}", status);
    }

    private static FailureException NotGenuine(string what) => new(Failure.CardNotGenuine, what);

    [SuppressMessage("Reliability", "CA2000", Justification = "The photo owns the secret, its caller the photo.")]
    private static CardPhoto PhotoOf(in CardFaceRecord face)
    {
        Secret copy = new(face.Photo.Length);
        face.Photo.CopyTo(copy.Fill(face.Photo.Length));
        return new(copy);
    }

    private static bool IsJpeg2000(ReadOnlySpan<byte> photo) =>
        photo.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20])
        || photo.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]);
}
