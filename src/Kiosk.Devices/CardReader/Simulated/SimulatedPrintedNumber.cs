using System.Text;
using Kiosk.Core;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardReader.Simulated;

/// <summary>
/// Stands for the camera that reads 照合番号B off the card's front: knows the card inserted, takes about as long as
/// OCR would, sees nothing on a card without print.
/// </summary>
/// <param name="printed">The 14 digits of the card on the reader now; null: none.</param>
public sealed class SimulatedPrintedNumber(Func<string?> printed, TimeProvider time) : IPrintedNumberReader
{
    private static readonly TimeSpan Looking = TimeSpan.FromMilliseconds(200);

    public async Task<Secret?> ReadAsync(CancellationToken stop)
    {
        await Task.Delay(Looking, time, stop);
        if (printed() is not { } digits) return null;
        Secret number = new(digits.Length);
        Encoding.ASCII.GetBytes(digits, number.Fill(digits.Length));
        return number;
    }
}
