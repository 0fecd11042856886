using System.Net;
using System.Net.Http.Json;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Staff;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>The attacker uses up what all share: memory for pictures, processor time for passwords.</summary>
public sealed class FairShareTests
{
    // 8 x 2 pixels, as NamePicture writes them.
    private static readonly byte[] _png = NamePicture.Write([0, 0b1010_1010, 0, 0b0101_0101], 8, 2);

    [Fact]
    public void Pictures_of_one_kiosk_never_take_the_room_of_another()
    {
        FakeTimeProvider clock = new();
        NameImages images = new(clock);
        Guid honest = Guid.NewGuid(), newest = Guid.Empty;
        Assert.True(images.Put("k2", honest, _png));
        for (int i = 0; i < 3000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(images.Put("k1", newest = Guid.NewGuid(), _png));
        }

        // Fifty kiosks that all send too much together: still the one that sent least keeps its picture.
        for (int i = 0; i < 50 * NameImages.MaxOfOneKiosk; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(images.Put($"k{3 + (i % 50)}", Guid.NewGuid(), _png));
        }

        Assert.NotNull(images.Find("k2", honest));
        Assert.True(images.Put("k2", Guid.NewGuid(), _png));
        Assert.NotNull(images.Find("k1", newest));
    }

    [Fact]
    public async Task A_picture_without_a_stored_check_in_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link(), other = facility.Link("k2");
        using Secret name = new(_png.Length);
        _png.CopyTo(name.Fill(_png.Length));
        CheckIn visit = await facility.VisitAsync(link, card);

        Assert.Equal(Failure.ReceptionRefused,
            (await Assert.ThrowsAsync<FailureException>(() => link.ShowNameAsync(visit.Visit, name, default))).Failure);
        await link.SubmitAsync(visit, default);
        await link.ShowNameAsync(visit.Visit, name, default);
        // Neither is a picture for another kiosk's visit.
        await Assert.ThrowsAsync<FailureException>(() => other.ShowNameAsync(visit.Visit, name, default));
    }

    [Fact]
    public async Task Sixteen_sign_ins_at_once_are_hashed_one_by_one_or_refused()
    {
        using PasswordQueue queue = new(TimeProvider.System);
        int running = 0, most = 0;
        using ManualResetEventSlim release = new();
        int Hash()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            release.Wait();
            Interlocked.Decrement(ref running);
            return 0;
        }

        List<Task<int>> accepted = [.. Enumerable.Range(0, 16).Select(_ => queue.TryRun("10.0.0.66", Hash)).OfType<Task<int>>()];
        Assert.Equal(PasswordQueue.MaxOfOneAddress, accepted.Count);
        // Somebody at another PC is not kept out.
        Task<int>? other = queue.TryRun("10.0.0.7", Hash);
        Assert.NotNull(other);
        release.Set();
        await Task.WhenAll([.. accepted, other]);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task One_address_gets_thirty_attempts_a_minute()
    {
        FakeTimeProvider clock = new();
        using PasswordQueue queue = new(clock);
        for (int i = 0; i < PasswordQueue.MaxAMinute; i++) await queue.TryRun("10.0.0.66", () => 0)!;
        Assert.Null(queue.TryRun("10.0.0.66", () => 0));
        Assert.NotNull(queue.TryRun("10.0.0.7", () => 0));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(queue.TryRun("10.0.0.66", () => 0));
    }

    [Fact]
    public async Task Check_ins_go_on_during_a_storm_of_sign_ins_most_of_which_are_refused()
    {
        await using Facility facility = await Facility.OpenAsync(change: StaffTests.WithAccounts);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        using HttpClient attacker = new() { BaseAddress = facility.Host.DeskUrl };

        Task<HttpStatusCode>[] storm = [.. Enumerable.Range(0, 16).Select(async i =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "signin/account") { Headers = { { "X-Desk", "1" } } };
            request.Content = JsonContent.Create(new { id = $"name {i}", password = "wrong password", code = "" });
            using HttpResponseMessage answer = await attacker.SendAsync(request);
            return answer.StatusCode;
        })];
        Assert.Equal(1, (await link.SubmitAsync(await facility.VisitAsync(link, card), default)).Number);

        HttpStatusCode[] answers = await Task.WhenAll(storm);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.DoesNotContain(answers, a => a is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden));
    }
}
