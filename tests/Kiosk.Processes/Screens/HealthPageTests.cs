using System.Net;
using Kiosk.App.Health;
using Kiosk.App.PageServer;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Tests.Screens;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kiosk.Processes.Screens;

public sealed class HealthPageTests
{
    [Theory]
    [InlineData(true, null, HttpStatusCode.OK, "ok")]
    [InlineData(true, Failure.CameraMissing, HttpStatusCode.OK, "degraded")]
    [InlineData(false, null, HttpStatusCode.ServiceUnavailable, "failed")]
    public async Task The_service_manager_reads_it_without_a_cookie(bool alive, Failure? camera, HttpStatusCode expected, string status)
    {
        await using UiHost host = await UiHost.StartAsync(new(), new ShownPort(), new NoPicture(), TimeProvider.System,
            NullLoggerFactory.Instance, CancellationToken.None);
        host.Health = () => (alive, new KioskHealth(HealthBoard.ProductVersion, [new("camera", camera)]));
        using HttpClient manager = new();
        Uri page = new(host.Url, "/healthz");

        HttpResponseMessage answer = await manager.GetAsync(page);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Contains($"\"status\":\"{status}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await manager.GetAsync(new Uri(host.Url, "/panel.css"))).StatusCode);
        using HttpRequestMessage rebound = new(HttpMethod.Get, page) { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await manager.SendAsync(rebound)).StatusCode);
    }

    [Fact]
    public void The_board_tells_changes_and_only_changes()
    {
        HealthBoard board = new();
        int changes = 0;
        board.Changed += _ => changes++;
        board.Set("camera", Failure.CameraMissing, "/dev/video0");
        board.Set("camera", Failure.CameraMissing, "/dev/video0");
        board.Set("camera", null, "/dev/video0");
        board.SetEngine("", "");
        Assert.Equal(2, changes);
        Assert.Equal(new DeviceHealth("camera", null), Assert.Single(board.Current.Devices));
    }

    private sealed class NoPicture : Core.Faces.IPreview
    {
        public ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop) => ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
    }
}
