using System.Net.Sockets;
using System.Text;
using Kiosk.App.Appliance;
using Kiosk.App.Health;
using Kiosk.Core.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Image;

/// <summary>What ties the kiosk to the device image it runs from.</summary>
public sealed class ApplianceTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-appliance-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact]
    public async Task The_service_manager_hears_ready_and_signs_of_life_while_the_visit_lives_and_none_after()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "sd_notify is Linux");
        string path = Path.Combine(_home, "notify");
        using Socket listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        ServiceManager manager = new(path);
        manager.Ready();
        Assert.Equal("READY=1", await Heard(listener));

        bool alive = true;
        using CancellationTokenSource stop = new();
        Task beating = manager.SendKeepAlivesAsync(TimeSpan.FromMilliseconds(30), () => Volatile.Read(ref alive), TimeProvider.System, stop.Token);
        Assert.Equal("WATCHDOG=1", await Heard(listener));
        Assert.Equal("WATCHDOG=1", await Heard(listener));
        Volatile.Write(ref alive, false);
        manager.Stopping();
        while (await Heard(listener) != "STOPPING=1") { }
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        // One beat may have been on its way when the visit died.
        int late = 0;
        while (listener.Available > 0) late += await Heard(listener) == "WATCHDOG=1" ? 1 : 0;
        Assert.InRange(late, 0, 1);
        await stop.CancelAsync();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public void Without_a_service_manager_nothing_is_told_and_nothing_fails()
    {
        new ServiceManager(null).Ready();
        new ServiceManager("").Stopping();
    }

    [SkippableFact]
    public async Task Each_browser_gets_an_address_of_its_own_at_the_door()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "named pipes of a file system");
        string pipe = Path.Combine(_home, "url");
        Assert.Equal(0, Shell.Run("mkfifo", [pipe]).Exit);
        int given = 0;
        new BrowserUrlPipe(pipe, () => new Uri($"http://127.0.0.1:8600/?boot={++given}")).Open();
        foreach (int number in (int[])[1, 2])
        {
            string line = await Task.Run(() => File.ReadAllText(pipe)).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal($"http://127.0.0.1:8600/?boot={number}\n", line);
        }
    }

    [Fact]
    public async Task The_page_at_the_door_is_written_anew_once_its_address_was_used()
    {
        string file = Path.Combine(_home, "screen.html");
        int given = 0;
        bool spent = false;
        using CancellationTokenSource stop = new();
        BrowserUrlPage door = new(file, () =>
        {
            Volatile.Write(ref spent, false);
            return new Uri($"http://127.0.0.1:8600/?boot={++given}");
        }, () => Volatile.Read(ref spent));
        Task running = door.RunAsync(TimeProvider.System, stop.Token);
        await Until(() => File.Exists(file) && File.ReadAllText(file).Contains("?boot=1\"", StringComparison.Ordinal));
        Volatile.Write(ref spent, true);
        await Until(() => File.ReadAllText(file).Contains("?boot=2\"", StringComparison.Ordinal));
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(2, given);
    }

    [Fact]
    public void The_image_tells_version_slot_and_why_the_last_update_was_not_kept()
    {
        Assert.Null(ImageFacts.Read(_home));
        foreach (string folder in (string[])["run/kiosk", "usr/lib", "var/lib/kiosk"]) Directory.CreateDirectory(Path.Combine(_home, folder));
        File.WriteAllText(Path.Combine(_home, "run/kiosk/slot"), "B\n");
        File.WriteAllText(Path.Combine(_home, "usr/lib/os-release"), "NAME=\"Kiosk OS\"\nIMAGE_VERSION=1.2.3\nVARIANT_ID=vm\n");
        Assert.Equal(new ImageHealth("1.2.3", "B"), ImageFacts.Read(_home));
        File.WriteAllText(Path.Combine(_home, "var/lib/kiosk/rollback.txt"), "900 slot a: older\n301 slot a: version 1.3.0 not healthy after 300 s: healthz \n");
        Assert.Equal("301 slot a: version 1.3.0 not healthy after 300 s: healthz", ImageFacts.Read(_home)!.RollbackReason);
    }

    [Fact]
    public async Task Why_an_update_was_not_kept_is_told_also_when_it_is_known_only_later()
    {
        foreach (string folder in (string[])["run/kiosk", "usr/lib", "var/lib/kiosk"]) Directory.CreateDirectory(Path.Combine(_home, folder));
        await File.WriteAllTextAsync(Path.Combine(_home, "run/kiosk/slot"), "B\n");
        await File.WriteAllTextAsync(Path.Combine(_home, "usr/lib/os-release"), "IMAGE_VERSION=1.1.0\n");
        FakeTimeProvider time = new();
        HealthBoard board = new();
        using CancellationTokenSource stop = new();
        Task following = ImageFacts.FollowAsync(board, time, stop.Token, _home);
        Assert.Equal(new ImageHealth("1.1.0", "B"), board.Current.Image);
        await File.WriteAllTextAsync(Path.Combine(_home, "var/lib/kiosk/rollback.txt"), "370 slot a: version 1.2.0 not healthy after 60 s: broken\n");
        time.Advance(TimeSpan.FromSeconds(10));
        await Until(() => board.Current.Image!.RollbackReason.Contains("version 1.2.0 not healthy", StringComparison.Ordinal));
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static async Task Until(Func<bool> fact)
    {
        for (int i = 0; i < 300 && !fact(); i++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        Assert.True(fact());
    }

    private static async Task<string> Heard(Socket listener)
    {
        byte[] news = new byte[64];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        return Encoding.ASCII.GetString(news, 0, await listener.ReceiveAsync(news.AsMemory(), SocketFlags.None, patience.Token));
    }
}
