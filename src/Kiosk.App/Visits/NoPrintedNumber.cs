using Kiosk.Core;
using Kiosk.Core.Cards;

namespace Kiosk.App.Visits;

/// <summary>A kiosk without a card-face camera: staff type the printed number where the face is wanted.</summary>
internal sealed class NoPrintedNumber : IPrintedNumberReader
{
    public Task<Secret?> ReadAsync(CancellationToken stop) => Task.FromResult<Secret?>(null);

    public TrayContent? LastSeen => null;
}
