namespace Kiosk.ReceptionTerminal.Institution;

/// <summary>
/// 特定機関認証 (公的個人認証法 第38条の4): an institution that proves itself to a My Number Card, whose authentication key then signs
/// without a PIN. What real institutions say to the card is not public (card.md 7): their program stands behind this seam.
/// </summary>
internal interface IInstitution
{
    /// <param name="card">One block to the card, its answer with status word back; fails when the kiosk or the card is gone.</param>
    /// <param name="challenge">32 bytes, what the key is to sign (PKCS#1 v1.5, SHA-256).</param>
    /// <returns>256 bytes; null: the card refused.</returns>
    Task<byte[]?> SignAsync(Func<byte[], Task<byte[]>> card, byte[] challenge);
}
