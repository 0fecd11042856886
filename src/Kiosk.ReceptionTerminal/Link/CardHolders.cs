using System.Collections.Concurrent;
using System.Globalization;
using Kiosk.Core.Cards;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// Birth date and sex of cards whose record was verified, until the centre's answer is compared with them. In memory only: after a restart
/// they are gone, and the arrivals that waited stay "card not proven" until the card is read again.
/// </summary>
/// <remarks>
/// By idempotency key: the content under it names the key that signed, and only the holder of that key is put here.
/// </remarks>
internal sealed class CardHolders(TimeProvider time)
{
    private const int MaxHolders = 4096;
    private static readonly TimeSpan _kept = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<(string Kiosk, Guid Key), (CardFaceHolder Holder, DateTimeOffset At)> _holders = new();

    public void Put(string kiosk, Guid key, CardFaceHolder holder)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_holders.Count >= MaxHolders)
            foreach (((string, Guid) old, (CardFaceHolder _, DateTimeOffset at)) in _holders)
                if (now - at > _kept) _holders.TryRemove(old, out _);
        if (_holders.Count < MaxHolders) _holders[(kiosk, key)] = (holder, now);
    }

    /// <returns>Null: the kiosk sent none, it could not be verified, or it is forgotten.</returns>
    public CardFaceHolder? Find(string kiosk, Guid key) =>
        _holders.TryGetValue((kiosk, key), out (CardFaceHolder Holder, DateTimeOffset At) one) && time.GetUtcNow() - one.At <= _kept
            ? one.Holder : null;

    /// <summary>
    /// Birth date and sex, as the issuer of the card signed them, are those of every person whom the centre names. A card that does not say
    /// the sex is compared by the birth date alone.
    /// </summary>
    public static bool IsSame(CardFaceHolder holder, Eligibility answer) =>
        answer.Insurances.Count > 0 && answer.Insurances.All(i => (holder.Sex is null || i.Person.Sex == holder.Sex)
            && i.Person.Birthdate.ToString("yyyyMMdd", CultureInfo.InvariantCulture) == holder.Birth);

    public void Drop(string kiosk, Guid key) => _holders.TryRemove((kiosk, key), out _);
}
