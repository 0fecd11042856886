using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>For a kiosk without a card-face camera: staff type the printed number when the face is to be checked.</summary>
internal sealed class NoPrintedNumber : IPrintedNumberReader
{
    public Task<Secret?> ReadAsync(CancellationToken stop) => Task.FromResult<Secret?>(null);

    public TrayContent? LastSeen => null;
}
