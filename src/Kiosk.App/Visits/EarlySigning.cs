using Kiosk.Core.Cards;
using Kiosk.Core.Failures;

namespace Kiosk.App.Visits;

/// <summary>
/// Lets the card sign while the holder still turns the head or reads the questions, so that nobody waits for it after the last press. The
/// evidence stays here until the patient is confirmed and has answered. A PIN goes first: it stops this.
/// </summary>
/// <param name="sign">One exchange between card and institution; null: refused, or there is no institution.</param>
/// <param name="cardFace">
/// Complete when the card face has been read. A command for it between two blocks would end the exchange, and a genuine card would count
/// as not proven.
/// </param>
/// <param name="over">The visit has ended.</param>
internal sealed class EarlySigning(Func<CancellationToken, Task<CardEvidence?>> sign, Func<Task> cardFace, CancellationToken over)
{
    private readonly Lock _gate = new();
    private Action? _stop;
    private Task<CardEvidence?>? _signed;
    private bool _hasBegun;

    /// <summary>Once in a visit: two exchanges at the same time would end each other.</summary>
    public void Begin()
    {
        if (_hasBegun) return;
        _hasBegun = true;
        _signed = SignAsync();
    }

    /// <summary>Takes the lock, because the source may be disposed at the same moment.</summary>
    public void Stop()
    {
        lock (_gate) _stop?.Invoke();
    }

    /// <summary>What was signed early; after a passing failure, or when nothing was begun, the card signs now.</summary>
    /// <returns>Null: card or institution refused, or there is no institution.</returns>
    public async Task<CardEvidence?> TakeAsync()
    {
        if (Interlocked.Exchange(ref _signed, null) is not { } early) return await sign(over);
        try
        {
            return await early;
        }
        catch (Exception failed) when (!over.IsCancellationRequested && failed is OperationCanceledException
            or FailureException { Failure: not (Failure.CardNotGenuine or Failure.CardAlgorithmUnknown) })
        {
            // Once more, and now with an answer for the patient.
            return await sign(over);
        }
    }

    private async Task<CardEvidence?> SignAsync()
    {
        using CancellationTokenSource signing = CancellationTokenSource.CreateLinkedTokenSource(over);
        lock (_gate) _stop = signing.Cancel;
        try
        {
            await cardFace().WaitAsync(signing.Token);
            return await sign(signing.Token);
        }
        finally
        {
            lock (_gate) _stop = null;
        }
    }
}
