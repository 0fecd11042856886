using System.Text;
using Kiosk.App.Board;
using Kiosk.App.PageServer;
using Kiosk.App.Screens;
using Kiosk.App.Visits;
using Kiosk.Core;
using Kiosk.Core.Faces;
using Kiosk.Devices.Light;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Screens;

/// <summary>The light's steps on the page and on the status light, and the patient who wants none.</summary>
public sealed class LightPageTests : IAsyncDisposable
{
    private static readonly LightStep Step = new(LightSide.Left, LightHue.Warm);

    private readonly FakeTimeProvider _time = new();
    private readonly ShownPort _visit = new();
    private readonly CancellationTokenSource _over = new();
    private readonly FaceLight _light = new();
    private readonly UiPort _port;

    public LightPageTests() => _port = new(_visit, new(), _time);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _port.Dispose();
        _over.Dispose();
    }

    [Fact]
    public async Task A_step_colours_the_page_of_the_face_check_and_no_other()
    {
        UiView face = Samples.View("face-LookHere") with { Light = Step };
        Assert.Contains("class=\"face lit lit-left-warm\"", await Draw.HtmlAsync(face), StringComparison.Ordinal);
        Assert.Contains("class=\"face\"", await Draw.HtmlAsync(face with { Light = default }), StringComparison.Ordinal);
        Assert.DoesNotContain("lit-left", await Draw.HtmlAsync(Samples.View("consent") with { Light = Step }), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_page_no_step_is_allowed()
    {
        Assert.False(_light.Allowed);
        _ = _port.FollowLightAsync(_light, _over.Token);
        Assert.True(_light.Allowed);
    }

    [Theory]
    [InlineData("calm:1")]
    [InlineData("curtain:1")]
    [InlineData("contrast:2")]
    public void Who_asks_for_calm_gets_no_steps(string button)
    {
        _ = _port.FollowLightAsync(_light, _over.Token);
        _port.Take(Encoding.ASCII.GetBytes($"{_port.Current.Number} {button}"));
        Assert.False(_light.Allowed);
    }

    [Fact]
    public async Task Calm_can_be_asked_for_only_where_the_light_is_used()
    {
        UiView looks = Samples.View("looks");
        Assert.DoesNotContain("calm:1", Draw.ButtonIds(await Draw.HtmlAsync(looks)));
        Assert.Contains("calm:1", Draw.ButtonIds(await Draw.HtmlAsync(looks with { HasLight = true })));
    }

    [Fact]
    public async Task The_page_follows_the_steps()
    {
        _ = _port.FollowLightAsync(_light, _over.Token);
        _light.Show(Step);
        UiView view = _port.Current;
        while (view.Light != Step) view = await _port.NextAsync(view, CancellationToken.None);
        _light.Show(default);
        while (view.Light != default) view = await _port.NextAsync(view, CancellationToken.None);
    }

    [Fact]
    public async Task The_status_light_takes_the_tint_of_a_step_while_a_face_is_compared()
    {
        _visit.Show(Samples.View("face-LookHere").State);
        ShownLight lamp = new();
        Task running = new LightAndSound(_visit, _time, _light).ShowLightAsync(lamp, _over.Token);
        Lamp white = Signal.For(_visit.Current.State).Lamp;
        await lamp.UntilAsync((white.Red, white.Green, white.Blue));
        _light.Show(Step);
        Lamp warm = white.Tinted(LightHue.Warm);
        Assert.True(warm.Blue < white.Blue && warm.Blue < warm.Red);
        await lamp.UntilAsync((warm.Red, warm.Green, warm.Blue));
        _light.Show(default);
        await lamp.UntilAsync((white.Red, white.Green, white.Blue));
        await _over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private sealed class ShownLight : IStatusLight
    {
        private readonly Lock _gate = new();
        private readonly HashSet<(byte, byte, byte)> _seen = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Show(byte red, byte green, byte blue)
        {
            lock (_gate)
            {
                _seen.Add((red, green, blue));
                _changed.TrySetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        /// <summary>Waits until this colour was shown since the last call.</summary>
        public async Task UntilAsync((byte, byte, byte) colour)
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    if (_seen.Remove(colour)) return;
                    changed = _changed.Task;
                }

                await changed;
            }
        }

        public void Dispose()
        {
        }
    }
}
