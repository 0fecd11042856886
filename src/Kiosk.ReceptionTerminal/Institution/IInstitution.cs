namespace Kiosk.ReceptionTerminal.Institution;

/// <summary>
/// 特定機関認証 (公的個人認証法 第38条の4): an institution proves its identity to a My Number Card, whose authentication key then signs
/// without a PIN. What a real institution sends to the card is not public: its program would implement this interface.
/// </summary>
internal interface IInstitution
{
    /// <param name="card">
    /// Sends one command to the card and returns its answer with the status word; fails when the kiosk or the card is gone.
    /// </param>
    /// <param name="challenge">32 bytes that the key signs (PKCS#1 v1.5, SHA-256).</param>
    /// <returns>256 bytes; null: the card refused.</returns>
    Task<byte[]?> SignAsync(Func<byte[], Task<byte[]>> card, byte[] challenge);
}
