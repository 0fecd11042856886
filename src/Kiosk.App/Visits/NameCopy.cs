using Kiosk.Core.Cards;
using Kiosk.Core.Values;

namespace Kiosk.App.Visits;

/// <summary>
/// The card's picture of 氏名, written anew while the patient answers the questions, and sent after the check-in. The visit may be over
/// before that: the card's photo is zeroed only when it is no longer read.
/// </summary>
/// <param name="write">Makes the copy; null: the picture is never sent.</param>
internal sealed class NameCopy(Func<Secret, Secret?>? write)
{
    private readonly Lock _gate = new();
    private Task<Secret?>? _writing;
    private bool _isTaken, _isOver;

    /// <summary>Begins to write; does nothing the second time, or after the visit.</summary>
    public void Begin(CardPhoto photo)
    {
        lock (_gate)
        {
            if (write is null || _isOver) return;
            _writing ??= Task.Run(() => write(photo.NamePng));
        }
    }

    /// <returns>The copy, once; the caller disposes it. Null: there is none.</returns>
    public Task<Secret?> TakeAsync()
    {
        lock (_gate)
        {
            if (_writing is null || _isTaken) return Task.FromResult<Secret?>(null);
            _isTaken = true;
            return _writing;
        }
    }

    /// <summary>Ends with the visit: zeroes a copy that nobody took, and the photo.</summary>
    /// <param name="photo">Disposed here; null: it was not read.</param>
    public async Task EndAsync(CardPhoto? photo)
    {
        Task<Secret?>? writing;
        bool isUnwanted;
        lock (_gate)
        {
            (writing, isUnwanted) = (_writing, !_isTaken);
            _isTaken = _isOver = true;
        }

        if (writing is not null)
        {
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isUnwanted && writing.IsCompletedSuccessfully) (await writing)?.Dispose();
        }

        photo?.Dispose();
    }
}
