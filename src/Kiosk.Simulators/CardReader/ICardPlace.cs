namespace Kiosk.Simulators.CardReader;

/// <summary>Where a virtual card can lie: pcscd's virtual reader (<see cref="VpcdPlace"/>) or QEMU's USB reader (<see cref="VscPlace"/>).</summary>
internal interface ICardPlace : IDisposable
{
    /// <summary>Puts the card down; the place is empty. Its owner disposes it once it is removed.</summary>
    /// <exception cref="IOException">There is no reader to lay it on.</exception>
    Task InsertAsync(SlottedCard card);

    /// <summary>Takes the card away, whatever it is doing; nothing happens on an empty place.</summary>
    void Remove();
}
