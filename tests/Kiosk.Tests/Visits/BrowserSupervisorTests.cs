using Kiosk.App.Appliance;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Visits;

/// <summary>When the browser of a Windows kiosk is started again, with fakes for browser and kiosk.</summary>
public sealed class BrowserSupervisorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FakeBrowser> _browsers = [];
    private PageState? _page;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_browser_whose_page_is_gone_is_ended_and_another_is_started()
    {
        _ = Start();
        await PassAsync(4, new(true, false));
        Assert.Single(_browsers);
        await PassAsync(8, new(false, true));
        Assert.True(_browsers[0].HasEnded);
        Assert.Equal(2, _browsers.Count);
        // The failure stands until the new browser shows its page, for which it has a minute.
        await PassAsync(30, new(false, true));
        Assert.Equal(2, _browsers.Count);
        await PassAsync(40, new(false, true));
        Assert.Equal(3, _browsers.Count);
    }

    [Fact]
    public async Task A_page_that_is_away_for_a_moment_and_a_kiosk_that_does_not_answer_are_no_reason()
    {
        _ = Start();
        await PassAsync(4, new(true, false));
        await PassAsync(90, new(false, false));
        await PassAsync(90, null);
        Assert.Single(_browsers);
        Assert.False(_browsers[0].HasEnded);
    }

    [Fact]
    public async Task A_browser_that_ended_is_started_again_and_ends_with_its_supervisor()
    {
        Task running = Start();
        await PassAsync(4, new(true, false));
        _browsers[0].Kill();
        await PassAsync(8, new(true, false));
        Assert.Equal(2, _browsers.Count);
        await _stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.True(_browsers[1].HasEnded);
    }

    [Theory]
    [InlineData("""{"screen":true,"devices":[{"name":"screen","code":""}]}""", true, false)]
    [InlineData("""{"screen":false,"devices":[{"name":"reader","code":"K601"},{"name":"screen","code":"K627"}]}""", false, true)]
    [InlineData("""{"screen":false,"devices":[{"name":"reader","code":"K601"}]}""", false, false)]
    public void The_kiosks_answer_is_understood(string answer, bool shown, bool failed) =>
        Assert.Equal(new PageState(shown, failed), BrowserSupervisor.Parse(answer));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"screen":"yes","devices":[]}""")]
    public void An_answer_of_another_program_is_no_answer(string answer) => Assert.Null(BrowserSupervisor.Parse(answer));

    private Task Start() => new BrowserSupervisor(
        () =>
        {
            FakeBrowser browser = new();
            _browsers.Add(browser);
            return browser;
        },
        _ => Task.FromResult(_page),
        _time).RunAsync(_stop.Token);

    /// <summary>With this answer of the kiosk. The supervisor runs on this test's thread, between two seconds.</summary>
    private async Task PassAsync(int seconds, PageState? page)
    {
        _page = page;
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private sealed class FakeBrowser : IBrowser
    {
        public bool HasEnded { get; private set; }

        public void Kill() => HasEnded = true;

        public void Dispose()
        {
        }
    }
}
