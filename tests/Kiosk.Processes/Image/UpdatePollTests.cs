namespace Kiosk.Processes.Image;

/// <summary>The script update against <see cref="FakeHawkBit"/>; only the installer is replaced.</summary>
public sealed class UpdatePollTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-update-").FullName;
    private FakeHawkBit _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeHawkBit.StartAsync();
        Directory.CreateDirectory(Path.Combine(_home, "run"));
        Write("run/id", "kiosk-test");
        Write("run/slot", "A");
        Write("os-release", "IMAGE_VERSION=1.0.0\n");
        // A fake installer: copies the bundle, and refuses one that contains "unsigned".
        Write("install", $"#!/bin/sh\ngrep -q unsigned \"$1\" && {{ echo 'refused, not signed'; exit 1; }}\ncp \"$1\" {_home}/installed\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(Path.Combine(_home, "install"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [SkippableFact]
    public void An_offered_version_is_downloaded_checked_installed_and_reported_good_after_the_restart()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        Poll();
        Assert.Equal("a signed bundle", File.ReadAllText(Path.Combine(_home, "installed")));
        Assert.Equal("1.0.0", (string)_server.ConfigData!["data"]!["version"]!);
        Assert.Equal(["proceeding", "proceeding"], _server.Feedback.Select(f => f.Execution));

        // After the restart the new version runs, but the health gate has not decided yet.
        Write("os-release", "IMAGE_VERSION=2.0.0\n");
        Poll();
        Assert.Equal(2, _server.Feedback.Count);
        Write("run/good", "");
        Poll();
        Assert.Equal(("closed", "success", "version 2.0.0 is good"), _server.Feedback[^1]);
    }

    [SkippableFact]
    public void A_version_that_was_given_up_is_reported_with_its_reason()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        Poll();
        Write("rollback.txt", "912 slot b: version 2.0.0 not healthy after 300 s: healthz\n");
        Poll();
        (string execution, string finished, string words) = _server.Feedback[^1];
        Assert.Equal(("closed", "failure"), (execution, finished));
        Assert.Contains("healthz", words, StringComparison.Ordinal);
        Assert.Contains("1.0.0 runs", words, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_interrupted_download_is_resumed_where_it_ended()
    {
        _server.Bundle = new byte[100_000];
        new Random(1).NextBytes(_server.Bundle);
        _server.CutAfter = 40_000;
        Poll();
        Assert.False(File.Exists(Path.Combine(_home, "installed")));
        // How much arrived depends on the network; what arrived is not downloaded again.
        FileInfo part = new(Path.Combine(_home, "home/bundle"));
        Assert.InRange(part.Length, 1, 40_000);
        Poll();
        Assert.Equal([$"bytes={part.Length}-"], _server.Ranges);
        Assert.Equal(_server.Bundle, File.ReadAllBytes(Path.Combine(_home, "installed")));
    }

    [SkippableFact]
    public void A_bundle_with_another_digest_is_never_installed()
    {
        _server.Bundle = "something else"u8.ToArray();
        _server.Digest = new string('0', 64);
        Poll();
        Assert.False(File.Exists(Path.Combine(_home, "installed")));
        Assert.Equal("failure", _server.Feedback[^1].Finished);
    }

    [SkippableFact]
    public void A_refusal_of_the_installer_is_reported_with_its_message()
    {
        _server.Bundle = "unsigned"u8.ToArray();
        Poll();
        Assert.Equal(("closed", "failure", "refused, not signed"), _server.Feedback[^1]);
        Assert.False(File.Exists(Path.Combine(_home, "home/action")));
    }

    [SkippableFact]
    public void No_offer_or_no_answer_of_the_server_is_no_failure()
    {
        Poll();
        Assert.Empty(_server.Feedback);
        Poll(address: "http://127.0.0.1:9");
    }

    private void Poll(string? address = null)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("curl") && Shell.Has("jq"), "curl or jq is missing");
        (int exit, string said) = Shell.Run("/bin/sh", [Path.Combine(Shell.Image, "overlay/usr/lib/kiosk/update")],
            ("KIOSK_UPDATE_URL", address ?? _server.Address), ("KIOSK_UPDATE_TOKEN", FakeHawkBit.Token),
            ("KIOSK_UPDATE_HOME", Path.Combine(_home, "home")),
            ("KIOSK_UPDATE_RATE", "100M"), ("KIOSK_RUN", Path.Combine(_home, "run")), ("KIOSK_INSTALL", Path.Combine(_home, "install")),
            ("KIOSK_RELEASE", Path.Combine(_home, "os-release")), ("KIOSK_ROLLBACK", Path.Combine(_home, "rollback.txt")));
        Assert.True(exit == 0, said);
    }

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_home, file), content);
}
