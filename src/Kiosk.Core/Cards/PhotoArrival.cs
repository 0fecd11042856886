namespace Kiosk.Core.Cards;

/// <summary>
/// The photo of a card that is being read. Between its last byte and its proof the card signs, which takes about 0.3 s: meanwhile the photo
/// is decoded and its template made. Only the proven photo is compared with a face.
/// </summary>
/// <param name="Proven">Fails if the card is not genuine or has no photo. Who makes the arrival disposes the photo.</param>
/// <param name="Unproven">
/// May be complete earlier. Its photo is the same object as the proven one, unless the card was read again in between (a reset): then
/// nothing made from it may be used.
/// </param>
public sealed record PhotoArrival(Task<CardPhoto> Proven, Task<CardPhoto> Unproven)
{
    /// <summary>A photo that is not given ahead of its proof.</summary>
    public static PhotoArrival FromTask(Task<CardPhoto> proven) => new(proven, proven);

    public static implicit operator PhotoArrival(Task<CardPhoto> proven) => FromTask(proven);
}
