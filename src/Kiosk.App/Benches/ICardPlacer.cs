using Kiosk.Core.Values;

namespace Kiosk.App.Benches;

/// <summary>Lays cards on the reader and takes them away: a person, a robot or the virtual reader.</summary>
internal interface ICardPlacer
{
    /// <summary>
    /// Whether the card is there when the call returns, to the millisecond. Detection is measured only then; a person is not that exact.
    /// </summary>
    bool IsExact { get; }

    /// <summary>Names of its cards; the first is an ordinary My Number Card.</summary>
    IReadOnlyList<string> Cards { get; }

    /// <summary>Bit rates that it can set, kbit/s; empty: the reader and the card agree on one.</summary>
    IReadOnlyList<string> Rates { get; }

    /// <param name="card">Of <see cref="Cards"/>.</param>
    Task LayAsync(string card, CancellationToken stop);

    Task TakeAsync(CancellationToken stop);

    Task SetRateAsync(string rate, CancellationToken stop);

    /// <summary>Time that card and radio link need for this insertion by the model, ms; null where there is no model.</summary>
    Task<double?> ModelledTimeAsync(CancellationToken stop);

    /// <summary>照合番号B of a test card, which the caller disposes; null: the photo is not read.</summary>
    Secret? NumberOf(string card);
}
