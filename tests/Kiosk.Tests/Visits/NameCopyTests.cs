using Kiosk.App.Visits;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using E = Kiosk.Core.VisitEvent;
using S = Kiosk.Core.VisitState;

namespace Kiosk.Tests.Visits;

/// <summary>The card's picture of 氏名 reaches the reception although the visit is over first, and is zeroed afterwards.</summary>
public sealed class NameCopyTests : VisitLoopRig
{
    private readonly ManualResetEventSlim _mayWrite = new(false);
    private Secret? _onCard, _copy;

    private protected override Func<Secret, Secret?> CopyName => picture =>
    {
        _mayWrite.Wait(TimeSpan.FromSeconds(90));
        return _copy = SecretOf(picture.Bytes);
    };

    [Fact]
    public async Task A_visit_that_is_over_before_the_picture_is_written_sends_it_all_the_same_and_keeps_nothing()
    {
        Devices.NamePng = () => _onCard = SecretOf([1, 2, 3]);
        await ChoosePin();
        Type("1234");
        await Reach<S.AskingConsent>();
        Press(new E.AnsweredAll(true));
        await Reach<S.TakeCard>();
        _mayWrite.Set();

        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        Assert.Equal([1, 2, 3], await Devices.Names.Reader.ReadAsync(patience.Token));
        await ZeroedAsync(_onCard!, patience.Token);
        await ZeroedAsync(_copy!, patience.Token);
    }

    [Fact]
    public async Task A_picture_that_was_not_sent_is_zeroed_when_the_card_is_taken()
    {
        NameCopy copy = new(picture => _copy = SecretOf(picture.Bytes));
        CardPhoto photo = new(new Secret(1), SecretOf([4, 5]));
        copy.Begin(photo);
        await copy.EndAsync(photo);
        Assert.Equal((0, 0), (_copy!.Length, photo.NamePng.Length));
        Assert.Null(await copy.TakeAsync());
    }

    protected override void Dispose(bool disposing)
    {
        _mayWrite.Dispose();
        base.Dispose(disposing);
    }

    private static Secret SecretOf(ReadOnlySpan<byte> bytes)
    {
        Secret secret = new(bytes.Length);
        bytes.CopyTo(secret.Fill(bytes.Length));
        return secret;
    }

    private static async Task ZeroedAsync(Secret secret, CancellationToken stop)
    {
        while (secret.Length > 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, stop);
    }
}
