using Kiosk.Core.Failures;
using Kiosk.Core.Values;

namespace Kiosk.Core.Cards;

/// <summary>What happened at the card reader.</summary>
public abstract record ReaderEvent
{
    private ReaderEvent()
    {
    }

    public sealed record CardInserted : ReaderEvent;

    public sealed record CardRemoved : ReaderEvent;

    /// <param name="Why">ReaderMissing or ReaderServiceDown.</param>
    /// <param name="Detail">For staff: the name pattern of the reader, the name of the service.</param>
    public sealed record Lost(Failure Why, string Detail) : ReaderEvent;

    /// <summary>The reader can be used: at the start, or again.</summary>
    /// <param name="Name">Its name in PC/SC.</param>
    public sealed record Found(string Name) : ReaderEvent;
}

/// <summary>The card reader. One for a kiosk; one card session at a time.</summary>
public interface ICardReader : IAsyncDisposable
{
    /// <summary>
    /// Watches until cancelled. Does not end when the reader or its service fails. Begins with the present state: Found or Lost, then
    /// CardInserted if a card lies there.
    /// </summary>
    IAsyncEnumerable<ReaderEvent> WatchAsync(CancellationToken stop);

    /// <summary>
    /// Powers the card up for this program alone. Dispose switches the power off (SCARD_UNPOWER); the card forgets a verified PIN.
    /// </summary>
    /// <exception cref="FailureException">ReaderBusy, CardUnreadable, CardMoved, ReaderMissing.</exception>
    Task<ICardSession> OpenAsync(CancellationToken stop);
}

/// <summary>
/// One card from power-up to power-off. Calls run one after the other, in their order; to let a PIN go first, cancel the reading of the
/// photo. Every call may throw <see cref="FailureException"/> with CardMoved, CardSilent, CardUnreadable.
/// </summary>
public interface ICardSession : IAsyncDisposable
{
    /// <summary>利用者証明用電子証明書, DER; null: not read yet.</summary>
    byte[]? Certificate { get; }

    /// <summary>Reads which card it is, its certificate and the PIN tries left. Spends no try.</summary>
    /// <param name="today">The day of the visit in Japan.</param>
    /// <exception cref="FailureException">
    /// CardIsLicence, CardIsOldResidentCard, CardUnknown, CardHasNoCertificate, CardNotGenuine, CardAlgorithmUnknown, ClockWrong.
    /// </exception>
    Task<CardFacts> IdentifyAsync(DateOnly today, CancellationToken stop);

    /// <summary>
    /// Reads the card face (券面事項確認AP) with 照合番号B and proves it genuine: by the signed digests (passive) and by a fresh random value
    /// that the card signs (active).
    /// </summary>
    /// <param name="number">14 ASCII digits as printed. The caller disposes it. At most one VERIFY is sent.</param>
    /// <param name="unproven">
    /// Given the photo before its proof, on another thread; again after a reset of the card. When the proof fails, the photo is zeroed
    /// here. Null: not wanted.
    /// </param>
    /// <returns>The photo; the caller disposes it.</returns>
    /// <exception cref="FailureException">
    /// CardNumberWrong; CardNumberGuarded: too few tries left, nothing was sent; CardNotGenuine;
    /// CardAlgorithmUnknown; PhotoUnreadable; PhotoAbsent.
    /// </exception>
    Task<CardPhoto> ReadPhotoAsync(Secret number, Action<CardPhoto>? unproven, CancellationToken stop);

    /// <summary>
    /// Sends VERIFY once with this PIN. If the PIN is right, the card signs the challenge with the authentication key (0017).
    /// </summary>
    /// <param name="pin">4 ASCII digits; the caller disposes it.</param>
    /// <param name="challenge">The reception's, 32 bytes.</param>
    Task<(PinAnswer Answer, CardEvidence? Evidence)> VerifyPinAsync(Secret pin, ReadOnlyMemory<byte> challenge, CancellationToken stop);

    /// <summary>
    /// Lets an iPhone that has just confirmed its holder sign with the authentication key (0017). No PIN is sent.
    /// </summary>
    /// <param name="challenge">The reception's, 32 bytes.</param>
    /// <exception cref="FailureException">PhoneLocked: the phone has not confirmed its holder, or too long ago.</exception>
    Task<CardEvidence> SignUnlockedAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop);

    /// <summary>
    /// Use of the authentication key without a PIN (特定機関認証): passes one block of the institution to the card and returns the answer.
    /// The kiosk does not read the blocks (README.md section 8).
    /// </summary>
    /// <param name="block">A command that <see cref="RelayedCommand"/> allows; any other is not sent to the card.</param>
    /// <returns>The card's answer with its status word, 2 to 258 bytes.</returns>
    /// <exception cref="FailureException">ReceptionRefused: the block is not allowed.</exception>
    Task<byte[]> RelayAsync(ReadOnlyMemory<byte> block, CancellationToken stop);

    /// <summary>
    /// The key of the card face signs the challenge, without a PIN: proof that this card is here now. The card face must have been read.
    /// </summary>
    /// <exception cref="FailureException">CardNotProven: the card face was not read, so its key is not known.</exception>
    Task<CardEvidence> ProvePresenceAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop);
}

/// <summary>Which of the card's keys signed.</summary>
public enum EvidenceKey
{
    /// <summary>利用者証明用 key (JPKI 0017): the PIN was right, a phone confirmed its holder, or an institution was accepted (特定機関認証).</summary>
    Authentication,

    /// <summary>Key of the card face (DF24): this card was present. Does not say who held it.</summary>
    CardFace,
}

/// <summary>What the reception can check: a certificate and a signature over its own challenge. Contains no name.</summary>
public sealed class CardEvidence(EvidenceKey key, byte[] certificate, byte[] publicKey, byte[] signature)
{
    public EvidenceKey Key { get; } = key;

    /// <summary>
    /// 利用者証明用電子証明書, DER (JPKI EF 000A). Names nobody, but is the same in all visits of one person: sent on, never logged.
    /// </summary>
    public byte[] Certificate { get; } = certificate;

    /// <summary>SubjectPublicKeyInfo, DER, of the key that signed.</summary>
    public byte[] PublicKey { get; } = publicKey;

    /// <summary>
    /// Over the challenge of the reception: RSA-2048, 256 bytes, PKCS#1 v1.5 with SHA-256; or ECDSA P-384, 96 bytes, r and s with SHA-384.
    /// </summary>
    public byte[] Signature { get; } = signature;

    /// <summary>Only for <see cref="EvidenceKey.CardFace"/>: the signed record that has the key; null: not sent on.</summary>
    public CardFaceChain? CardFace { get; init; }

    /// <summary>Evidence with a signature by the authentication key.</summary>
    /// <param name="certificate">利用者証明用電子証明書 of the card, DER.</param>
    /// <exception cref="FailureException">
    /// CardNotGenuine: the signature is not by the key of this certificate. Another card has signed than the one whose certificate was
    /// read. CardAlgorithmUnknown: the form of the signature is not known.
    /// </exception>
    public static CardEvidence ByAuthenticationKey(byte[] certificate, ReadOnlySpan<byte> challenge, byte[] signature)
    {
        CardPublicKey key = JpkiCertificate.Parse(certificate).Key;
        CardProof.Require(key, challenge, signature, "JPKI 0017");
        return new(EvidenceKey.Authentication, certificate, key.SubjectPublicKeyInfo, signature);
    }
}

/// <summary>The pictures of the card, as read from DF27 and DF25. Dispose zeroes them.</summary>
public sealed class CardPhoto(Secret jpeg2000, Secret? namePng = null) : IDisposable
{
    /// <summary>JP2 file or JPEG 2000 codestream, greyscale.</summary>
    public Secret Jpeg2000 { get; } = jpeg2000;

    /// <summary>
    /// 氏名 as a PNG of 1 bit, also with characters that no character set has (shown as ● elsewhere). Signed by the issuer, but bytes from
    /// outside: the decoder must limit what it accepts.
    /// </summary>
    public Secret NamePng { get; } = namePng ?? new Secret(1);

    /// <summary>DF24 of the same card, SubjectPublicKeyInfo. Stands for the card where face misses are counted; empty: not known.</summary>
    public byte[] CardKey { get; init; } = [];

    public void Dispose()
    {
        Jpeg2000.Dispose();
        NamePng.Dispose();
    }

    public override string ToString() => "CardPhoto";
}

/// <summary>
/// Reads 照合番号B from the printed card with the camera above the tray. Gives a number only when it is sure of every digit.
/// </summary>
public interface IPrintedNumberReader
{
    /// <returns>14 ASCII digits, which the caller disposes; null: not sure, or there is no such camera.</returns>
    Task<Secret?> ReadAsync(CancellationToken stop);

    /// <summary>What was on the tray when the last reading gave no number, to be told to the patient; null: there was no picture.</summary>
    TrayContent? LastSeen { get; }
}
