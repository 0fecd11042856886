namespace Kiosk.Core.Cards;

/// <summary>News of the reader and what lies on it.</summary>
public abstract record ReaderEvent
{
    private ReaderEvent()
    {
    }

    public sealed record CardInserted : ReaderEvent;

    public sealed record CardRemoved : ReaderEvent;

    /// <param name="Why">ReaderMissing or ReaderServiceDown.</param>
    /// <param name="Detail">What staff need: the pattern looked for, the service's name.</param>
    public sealed record Lost(Failure Why, string Detail) : ReaderEvent;

    /// <param name="Name">The reader's name as PC/SC gives it.</param>
    public sealed record Found(string Name) : ReaderEvent;
}

/// <summary>The place for the card. One per kiosk; one card session at a time.</summary>
public interface ICardReader : IAsyncDisposable
{
    /// <summary>
    /// Watches until cancelled; never ends by a fault of the reader or its service. The first news says how things stand
    /// (Found or Lost, then CardInserted if a card lies there).
    /// </summary>
    IAsyncEnumerable<ReaderEvent> WatchAsync(CancellationToken stop);

    /// <summary>Powers the card up, exclusively. Dispose to power it off (SCARD_UNPOWER: a verified PIN does not survive).</summary>
    /// <exception cref="FailureException">ReaderBusy, CardUnreadable, CardMoved, ReaderMissing.</exception>
    Task<ICardSession> OpenAsync(CancellationToken stop);
}

/// <summary>
/// One card from power-up to power-off. Calls are done one after the other, in the order made; cancelling a photo read
/// lets a waiting PIN pass. Any call may throw <see cref="FailureException"/> with CardMoved, CardSilent, CardUnreadable.
/// </summary>
public interface ICardSession : IAsyncDisposable
{
    /// <summary>Which card, which certificates, how many PIN tries; spends no try.</summary>
    /// <exception cref="FailureException">CardIsLicence, CardIsOldResidentCard, CardUnknown, CardHasNoCertificate.</exception>
    Task<CardFacts> IdentifyAsync(DateOnly today, CancellationToken stop);

    /// <summary>
    /// Opens the card face (券面事項確認AP) with 照合番号B, reads it in one pass, and proves it genuine: the signed
    /// digests (passive) and a fresh nonce signed by the card's own key (active).
    /// </summary>
    /// <param name="number">14 ASCII digits as printed; the caller disposes it. At most one VERIFY is sent.</param>
    /// <returns>The photo; the caller disposes it.</returns>
    /// <exception cref="FailureException">CardNumberWrong; CardNumberGuarded (tries at the floor: nothing was sent);
    /// CardNotGenuine; PhotoUnreadable.</exception>
    Task<CardPhoto> ReadPhotoAsync(Secret number, CancellationToken stop);

    /// <summary>Sends VERIFY once with this PIN and, if accepted, signs the challenge with the authentication key (0017).</summary>
    /// <param name="pin">4 ASCII digits; the caller disposes it.</param>
    /// <param name="challenge">The reception's, 32 bytes.</param>
    Task<(PinAnswer Answer, CardEvidence? Evidence)> VerifyPinAsync(Secret pin, ReadOnlyMemory<byte> challenge, CancellationToken stop);

    /// <summary>
    /// An iPhone whose holder was just confirmed on the phone signs with the authentication key (0017); nothing is typed here.
    /// </summary>
    /// <param name="challenge">The reception's, 32 bytes.</param>
    /// <exception cref="FailureException">PhoneLocked: the holder was not confirmed, or too long ago.</exception>
    Task<CardEvidence> SignUnlockedAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop);

    /// <summary>
    /// PIN-less use of the authentication key (特定機関認証): passes one opaque block of the institution's to the card and its
    /// answer back. Who makes the blocks, the reception or a server behind it, and what they say is not the kiosk's to know.
    /// </summary>
    /// <param name="block">A command as <see cref="RelayedCommand"/> allows; anything else is refused before the card hears it.</param>
    /// <returns>The card's answer with its status word, 2 to 258 bytes.</returns>
    /// <exception cref="FailureException">ReceptionRefused: a block that is not passed on.</exception>
    Task<byte[]> RelayAsync(ReadOnlyMemory<byte> block, CancellationToken stop);

    /// <summary>The card face's own key signs the challenge, no PIN needed: proof that this card was here now.</summary>
    Task<CardEvidence> ProvePresenceAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop);
}

/// <summary>Which of the card's keys signed.</summary>
public enum EvidenceKey
{
    /// <summary>利用者証明用 key (JPKI 0017): the card holder's PIN was right, or an institution stood for it (特定機関認証).</summary>
    Authentication,

    /// <summary>The card face's key (DF24): this card was present; says nothing of who held it.</summary>
    CardFace,
}

/// <summary>What the reception can check: a certificate and a signature over its own challenge. Contains a name-free opaque id.</summary>
public sealed class CardEvidence(EvidenceKey key, byte[] certificate, byte[] publicKey, byte[] signature)
{
    public EvidenceKey Key { get; } = key;

    /// <summary>利用者証明用電子証明書, DER (JPKI EF 000A); names nobody but links visits of one person: forwarded, never logged.</summary>
    public byte[] Certificate { get; } = certificate;

    /// <summary>SubjectPublicKeyInfo, DER, of the key that signed.</summary>
    public byte[] PublicKey { get; } = publicKey;

    /// <summary>PKCS#1 v1.5, SHA-256, 256 bytes, over the reception's challenge.</summary>
    public byte[] Signature { get; } = signature;

    /// <summary>The same card's evidence by its authentication key, once it has signed.</summary>
    /// <returns>Null when the signature is not this card's.</returns>
    public CardEvidence? ByAuthenticationKey(ReadOnlySpan<byte> challenge, byte[] signature)
    {
        if (Certificate.Length == 0) return null;
        RsaKey key = JpkiCertificate.Parse(Certificate).Key;
        return key.Verifies(challenge, signature) ? new(EvidenceKey.Authentication, Certificate, key.SubjectPublicKeyInfo, signature) : null;
    }
}

/// <summary>The card's pictures, as read from DF27 and DF25. Zeroed by Dispose.</summary>
public sealed class CardPhoto(Secret jpeg2000, Secret? namePng = null) : IDisposable
{
    /// <summary>JP2 file or raw codestream, greyscale.</summary>
    public Secret Jpeg2000 { get; } = jpeg2000;

    /// <summary>
    /// 氏名 as a PNG of 1 bit, with every character the character sets lack (shown as ● elsewhere). Signed by the issuer, yet
    /// bytes from outside: whoever decodes it bounds it.
    /// </summary>
    public Secret NamePng { get; } = namePng ?? new Secret(1);

    public void Dispose()
    {
        Jpeg2000.Dispose();
        NamePng.Dispose();
    }

    public override string ToString() => "CardPhoto";
}

/// <summary>
/// Reads 照合番号B from the printed card under the reader's own camera (生年月日 6, 有効期限 year 4, セキュリティコード 4).
/// Sure or not at all.
/// </summary>
public interface IPrintedNumberReader
{
    /// <returns>14 ASCII digits, which the caller disposes; null when it is not sure or there is no such camera.</returns>
    Task<Secret?> ReadAsync(CancellationToken stop);

    /// <summary>What lay there when the last reading gave no number, so that the patient can be told; null: nobody looked.</summary>
    TrayContent? LastSeen { get; }
}
