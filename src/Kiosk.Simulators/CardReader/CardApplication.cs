namespace Kiosk.Simulators.CardReader;

/// <summary>One application (DF) of a virtual card, as built.</summary>
internal sealed class CardApplication
{
    public Dictionary<int, byte[]> Files { get; } = [];

    public Dictionary<int, CardPin> Pins { get; } = [];

    public Dictionary<int, SimulatedKey> Keys { get; } = [];

    /// <summary>
    /// Maps a file or key id to PIN ids, one of which must have been verified. A file or key that is absent needs no PIN.
    /// </summary>
    public Dictionary<int, int[]> Needs { get; } = [];

    public int DefaultKey { get; set; }

    /// <summary>The card's part of the simulated PIN-less scheme; null: none.</summary>
    public InstitutionCheck? Institution { get; set; }

    public bool Has(int id) => Files.ContainsKey(id) || Pins.ContainsKey(id) || Keys.ContainsKey(id);

    public bool Allows(int id) => !Needs.TryGetValue(id, out int[]? pins) || pins.Any(pin => Pins[pin].IsVerified);
}
