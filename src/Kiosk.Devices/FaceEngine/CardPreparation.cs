using Kiosk.Core.Cards;
using Kiosk.Devices.PictureDecoder;
using OpenCvSharp;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// From the card's photo to its template, in steps between frames. Begins with the unproven photo; the judge may use the template only
/// when the same photo is proven.
/// </summary>
/// <param name="decode">Called on another thread. Its result is zeroed and disposed here.</param>
internal sealed class CardPreparation(PhotoArrival arrival, Func<CardPhoto, Mat> decode)
{
    private Task<CardPhoto>? _source;
    private Task<Mat>? _picture;
    private bool? _hasFace;

    /// <summary>Makes the next step that is possible now. Returns at once when there is none.</summary>
    /// <exception cref="Core.Failures.FailureException">
    /// CardNotGenuine and the other failures of the reading; PhotoUnreadable: the proven photo cannot be decoded, or has no face.
    /// </exception>
    public async Task GoOnAsync(FrameJudge judge, CancellationToken stop)
    {
        if (_picture is null && arrival.Unproven.IsCompletedSuccessfully) Begin(arrival.Unproven);
        if (_picture is null && arrival.Proven.IsCompleted) Begin(arrival.Proven);
        if (_picture is { IsCompletedSuccessfully: true } && _hasFace is null)
        {
            Mat picture = await _picture;
            _hasFace = await Task.Run(() => judge.TryPrepareCard(picture), stop);
        }

        if (!arrival.Proven.IsCompleted || _picture is not { IsCompleted: true }) return;
        // The card was read again after a reset: what was prepared is of another reading.
        if (await arrival.Proven != await _source!)
        {
            await WipeAsync();
            _hasFace = null;
            Begin(arrival.Proven);
            return;
        }

        await _picture;
        if (_hasFace == false) throw CardPortrait.Unreadable();
        if (_hasFace == true) judge.UseCard();
    }

    public async Task WipeAsync()
    {
        if (_picture is null) return;
        await ((Task)_picture).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_picture.IsCompletedSuccessfully) return;
        using Mat picture = await _picture;
        picture.SetTo(Scalar.All(0));
    }

    private void Begin(Task<CardPhoto> source)
    {
        _source = source;
        _picture = Task.Run(async () => decode(await source));
    }
}
