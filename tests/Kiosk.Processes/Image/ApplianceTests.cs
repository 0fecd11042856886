using System.Net.Sockets;
using System.Text;
using Kiosk.App.Appliance;
using Kiosk.App.Health;
using Kiosk.Core.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Image;

/// <summary>The kiosk as a service of the device image: service manager, address for the browser, facts about the image.</summary>
public sealed class ApplianceTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-appliance-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact]
    public async Task The_service_manager_gets_READY_then_WATCHDOG_while_the_visit_is_alive_and_none_afterwards()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "sd_notify is Linux");
        string path = Path.Combine(_home, "notify");
        using Socket listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        ServiceManager manager = new(path);
        manager.Ready();
        Assert.Equal("READY=1", await ReceivedAsync(listener));

        bool alive = true;
        using CancellationTokenSource stop = new();
        Task beating = manager.SendKeepAlivesAsync(TimeSpan.FromMilliseconds(30), () =>
            Volatile.Read(ref alive), TimeProvider.System, stop.Token);
        Assert.Equal("WATCHDOG=1", await ReceivedAsync(listener));
        Assert.Equal("WATCHDOG=1", await ReceivedAsync(listener));
        Volatile.Write(ref alive, false);
        manager.Stopping();
        while (await ReceivedAsync(listener) != "STOPPING=1") { }
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        // One WATCHDOG may have been on its way when the visit stopped.
        int afterwards = 0;
        while (listener.Available > 0) afterwards += await ReceivedAsync(listener) == "WATCHDOG=1" ? 1 : 0;
        Assert.InRange(afterwards, 0, 1);
        await stop.CancelAsync();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public void Without_a_service_manager_nothing_is_sent_and_nothing_fails()
    {
        new ServiceManager(null).Ready();
        new ServiceManager("").Stopping();
    }

    [SkippableFact]
    public async Task Each_start_of_the_browser_gets_a_new_address_through_the_pipe()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "named pipes of a file system");
        string pipe = Path.Combine(_home, "url");
        Assert.Equal(0, Shell.Run("mkfifo", [pipe]).Exit);
        int count = 0;
        new BrowserUrlPipe(pipe, () => new Uri($"http://127.0.0.1:8600/?boot={++count}")).Open();
        foreach (int number in (int[])[1, 2])
        {
            string line = await Task.Run(() => File.ReadAllText(pipe)).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal($"http://127.0.0.1:8600/?boot={number}\n", line);
        }
    }

    [Fact]
    public async Task The_page_with_the_browsers_address_is_rewritten_after_the_address_was_used()
    {
        string file = Path.Combine(_home, "screen.html");
        int count = 0;
        bool used = false;
        using CancellationTokenSource stop = new();
        BrowserUrlPage door = new(file, () =>
        {
            Volatile.Write(ref used, false);
            return new Uri($"http://127.0.0.1:8600/?boot={++count}");
        }, () => Volatile.Read(ref used));
        Task running = door.RunAsync(TimeProvider.System, stop.Token);
        await Until(() => File.Exists(file) && File.ReadAllText(file).Contains("?boot=1\"", StringComparison.Ordinal));
        Volatile.Write(ref used, true);
        await Until(() => File.ReadAllText(file).Contains("?boot=2\"", StringComparison.Ordinal));
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(2, count);
    }

    [Fact]
    public void The_facts_about_the_image_are_version_slot_and_why_the_last_update_was_not_kept()
    {
        Assert.Null(ImageFacts.Read(_home));
        MakeImageFolders();
        File.WriteAllText(Path.Combine(_home, "run/kiosk/slot"), "B\n");
        File.WriteAllText(Path.Combine(_home, "usr/lib/os-release"), "NAME=\"Kiosk OS\"\nIMAGE_VERSION=1.2.3\nVARIANT_ID=vm\n");
        Assert.Equal(new ImageHealth("1.2.3", "B"), ImageFacts.Read(_home));
        File.WriteAllText(Path.Combine(_home, "var/lib/kiosk-device/rollback.txt"),
            "900 slot a: older\n301 slot a: version 1.3.0 not healthy after 300 s: healthz \n");
        Assert.Equal("301 slot a: version 1.3.0 not healthy after 300 s: healthz", ImageFacts.Read(_home)!.RollbackReason);
    }

    [Fact]
    public async Task Why_an_update_was_not_kept_is_reported_even_when_it_becomes_known_later()
    {
        MakeImageFolders();
        await File.WriteAllTextAsync(Path.Combine(_home, "run/kiosk/slot"), "B\n");
        await File.WriteAllTextAsync(Path.Combine(_home, "usr/lib/os-release"), "IMAGE_VERSION=1.1.0\n");
        FakeTimeProvider time = new();
        HealthBoard board = new();
        using CancellationTokenSource stop = new();
        Task following = ImageFacts.FollowAsync(board, time, stop.Token, _home);
        Assert.Equal(new ImageHealth("1.1.0", "B"), board.Current.Image);
        await File.WriteAllTextAsync(Path.Combine(_home, "var/lib/kiosk-device/rollback.txt"),
            "370 slot a: version 1.2.0 not healthy after 60 s: broken\n");
        time.Advance(TimeSpan.FromSeconds(10));
        await Until(() => board.Current.Image!.RollbackReason.Contains("version 1.2.0 not healthy", StringComparison.Ordinal));
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private void MakeImageFolders()
    {
        foreach (string folder in (string[])["run/kiosk", "usr/lib", "var/lib/kiosk-device"])
            Directory.CreateDirectory(Path.Combine(_home, folder));
    }

    private static async Task Until(Func<bool> fact)
    {
        for (int i = 0; i < 300 && !fact(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        Assert.True(fact());
    }

    private static async Task<string> ReceivedAsync(Socket listener)
    {
        byte[] message = new byte[64];
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        return Encoding.ASCII.GetString(message, 0, await listener.ReceiveAsync(message.AsMemory(), SocketFlags.None, limit.Token));
    }
}
