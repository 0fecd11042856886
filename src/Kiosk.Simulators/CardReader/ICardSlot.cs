namespace Kiosk.Simulators.CardReader;

/// <summary>
/// The slot of a simulated reader: pcscd's virtual reader (<see cref="VpcdSlot"/>) or QEMU's USB reader (<see cref="VscSlot"/>).
/// </summary>
internal interface ICardSlot : IDisposable
{
    /// <summary>Inserts the card. The slot must be empty. The caller disposes the card after its removal.</summary>
    /// <exception cref="IOException">There is no reader.</exception>
    Task InsertAsync(SlottedCard card);

    /// <summary>Removes the card, also during a command. Does nothing if the slot is empty.</summary>
    void Remove();
}
