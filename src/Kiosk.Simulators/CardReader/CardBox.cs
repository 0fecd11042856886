using System.Collections.Concurrent;

namespace Kiosk.Simulators.CardReader;

/// <summary>All virtual cards of a process. Each card is made on first use and keeps its retry counters.</summary>
public sealed class CardBox(SimulatedHierarchy hierarchy, CardMaterial material)
{
    private readonly VirtualCardBuilder _builder = new(hierarchy, material);
    private readonly ConcurrentDictionary<string, VirtualCard> _cards = new(StringComparer.Ordinal);

    /// <param name="name">A name of <see cref="VirtualCards.All"/> or the path of a JSON file.</param>
    /// <exception cref="InvalidDataException">No such card.</exception>
    public VirtualCard Take(string name) => _cards.GetOrAdd(name, _builder.Build);
}
