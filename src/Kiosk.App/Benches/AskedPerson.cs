using Kiosk.Core.Values;

namespace Kiosk.App.Benches;

/// <summary>A person at the desk, asked on the console. The reader's own events say when it was done.</summary>
internal sealed class AskedPerson : ICardPlacer
{
    public bool IsExact => false;

    public IReadOnlyList<string> Cards { get; } = ["card at hand"];

    public IReadOnlyList<string> Rates => [];

    public Task LayAsync(string card, CancellationToken stop) => Ask("lay the card on the reader / カードを置いてください");

    public Task TakeAsync(CancellationToken stop) => Ask("take the card away / カードを取ってください");

    public Task SetRateAsync(string rate, CancellationToken stop) => Task.CompletedTask;

    public Task<double?> ModelledTimeAsync(CancellationToken stop) => Task.FromResult<double?>(null);

    public Secret? NumberOf(string card) => null;

    private static Task Ask(string what) => Console.Error.WriteLineAsync($"→ {what}");
}
