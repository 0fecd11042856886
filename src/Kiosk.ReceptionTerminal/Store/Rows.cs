using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>A check-in to be stored; nothing here names a person.</summary>
/// <param name="Visit">Whose challenge the card signed. Used up by this check-in.</param>
/// <param name="Staff">Whose grant of 目視確認 for this visit is used up; empty: none is needed.</param>
internal sealed record NewArrival(
    string Kiosk, Guid Visit, string Staff, byte[] Key, byte[] Digest, byte[] Certificate, bool ChainChecked, byte[] Message);

/// <param name="Known">The key was stored before.</param>
/// <param name="SameContent">False when it was stored with another digest.</param>
/// <param name="Joined">An earlier reading of the same card is this arrival.</param>
/// <param name="Refused">Why nothing was stored, a fixed sentence; empty: it is stored.</param>
internal sealed record Stored(long Number, bool Known, bool SameContent, bool Joined, string Refused = "");

/// <summary>One stored reading.</summary>
/// <param name="No">Running number over all days; unique.</param>
/// <param name="Number">Of the day, as the patient is told; readings of the same card share it.</param>
/// <param name="JoinedTo"><paramref name="No"/> of the first reading of the same card; null for a first one.</param>
/// <param name="Message">The CheckInRequest as the kiosk sent it, without CardFace.</param>
/// <param name="Card">HMAC of the certificate in hex: the same for every reading of the same card.</param>
/// <param name="Same">Result of the comparison of the card face with the centre's answer; null: there was none.</param>
/// <param name="Hand">What staff had before them when they entered it (<see cref="HandKind"/>); empty: a kiosk sent it.</param>
internal sealed record ArrivalRow(
    long No, long Number, long? JoinedTo, string Kiosk, DateTimeOffset At, bool ChainChecked, byte[] Message, string Card, bool? Same,
    string Hand = "")
{
    private CheckInRequest? _checkIn;

    /// <summary>Who looks after this arrival because its insurance is not good; empty: nobody yet.</summary>
    public string TakenBy { get; init; } = "";

    /// <summary><see cref="Message"/> parsed, at first use.</summary>
    public CheckInRequest CheckIn => _checkIn ??= CheckInRequest.Parser.ParseFrom(Message);

    /// <summary>False: the message is damaged.</summary>
    public bool IsReadable
    {
        get
        {
            try
            {
                return CheckIn.Evidence is not null;
            }
            catch (Google.Protobuf.InvalidProtocolBufferException)
            {
                return false;
            }
        }
    }

    public Guid Key => new(CheckIn.IdempotencyKey.Span, bigEndian: true);

    public Guid Visit => new(CheckIn.Evidence.VisitId.Span, bigEndian: true);

    /// <summary>
    /// Waits for the comparison, or had one. What is stored was accepted: whether the site has an institution does not matter.
    /// </summary>
    public bool NeedsComparison => !IsByHand &&
        EvidenceRules.Find(CheckIn.Method, CheckIn.Evidence.Key, hasInstitution: false) is not { NeedsComparison: false };

    /// <summary>No card was read: there is no certificate, no consent and nothing to ask the centre with.</summary>
    public bool IsByHand => Hand.Length > 0;

    /// <summary>The certificate belongs to the card that was there. False: "card not proven", and no medical record opens.</summary>
    public bool IsProven => !NeedsComparison || Same == true;
}

/// <summary>How staff confirmed an entitlement when no reader could.</summary>
internal static class HandKind
{
    /// <summary>マイナ資格確認アプリ on another device.</summary>
    public const string App = "HandApp";

    /// <summary>資格確認書.</summary>
    public const string Certificate = "HandCertificate";

    /// <summary>被保険者資格申立書.</summary>
    public const string Statement = "HandStatement";

    public static bool IsKnown(string? kind) => kind is App or Certificate or Statement;
}

/// <summary>Whether one kind of medical records of a patient may be shown, and why not.</summary>
internal enum RecordAccess
{
    Open,
    NoArrival,

    /// <summary>The card of the newest reading is not proven.</summary>
    NotProven,

    /// <summary>The patient's newest answer is no.</summary>
    NoConsent,

    /// <summary>The newest consent was longer than 24 hours ago.</summary>
    Ended,
}

/// <summary>One line of the access log.</summary>
internal sealed record AccessRow(DateTimeOffset At, string Staff, string Action, string About, string Reason);
