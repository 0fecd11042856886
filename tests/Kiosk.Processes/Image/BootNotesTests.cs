namespace Kiosk.Processes.Image;

/// <summary>The script boots: notes about failed starts on the EFI partition, and their report at the next good start.</summary>
public sealed class BootNotesTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-notes-").FullName;

    public BootNotesTests()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (string folder in (string[])["bin", "run/esp/EFI/kiosk", "run/esp/loader/entries"]) Directory.CreateDirectory(In(folder));
        File.WriteAllText(In("release"), "IMAGE_VERSION=1.1.0\n");
        File.WriteAllText(In("run/esp/EFI/kiosk/boots"), new string('x', 512));
        foreach (string program in (string[])["mount", "umount", "chown"])
        {
            File.WriteAllText(In($"bin/{program}"), $"#!/bin/sh\necho {program} >>{In("done")}\n");
            File.SetUnixFileMode(In($"bin/{program}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact]
    public void A_note_stays_on_the_ESP_and_the_next_good_start_reports_it_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        Boots("note", "A", "version 1.2.0 not healthy after 300 s: screen");
        Assert.Contains(" slot a: version 1.2.0 not healthy after 300 s: screen\n", Text("run/esp/EFI/kiosk/why.txt"),
            StringComparison.Ordinal);
        Assert.Equal("", Text("rollback"));

        Boots("good");
        Assert.EndsWith("slot a: version 1.2.0 not healthy after 300 s: screen\n", Text("rollback"), StringComparison.Ordinal);
        Assert.Contains("earlier starts failed: ", Text("console"), StringComparison.Ordinal);
        Assert.Equal("", Text("run/esp/EFI/kiosk/why.txt"));
        // The count of starts is reset.
        Assert.Equal("0 -" + new string(' ', 508) + "\n", Text("run/esp/EFI/kiosk/boots"));

        Boots("good");
        Assert.EndsWith("slot a: version 1.2.0 not healthy after 300 s: screen\n", Text("rollback"), StringComparison.Ordinal);
        // The ESP is mounted and unmounted each time.
        Assert.Equal("mount\numount\nmount\nchown\numount\nmount\numount\n", Text("done"));
    }

    [SkippableFact]
    public void A_version_that_never_reached_the_health_gate_is_recognised_by_its_used_up_tries()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        File.WriteAllText(In("run/esp/loader/entries/kiosk-b+0-3.conf"), "");
        File.WriteAllText(In("before"), "1.2.0 camera reader\n");
        Boots("good");
        Assert.Contains("slot b: version 1.2.0 not healthy: no start reached the health gate", Text("rollback"), StringComparison.Ordinal);
        // Reported once: the entry stays given up, without the count that would report it again.
        Assert.Equal("kiosk-b+0.conf", Path.GetFileName(Directory.GetFiles(In("run/esp/loader/entries")).Single()));
    }

    [SkippableTheory]
    [InlineData("1.1.0 camera reader", false)]
    [InlineData("1.1.0 ", false)]
    [InlineData("1.2.0 camera reader", true)]
    [InlineData("", true)]
    public void An_update_that_is_kept_removes_the_reason_why_an_earlier_one_was_not(string before, bool kept)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        File.WriteAllText(In("rollback"), "99 slot a: version 1.0.5 not healthy\n");
        if (before.Length > 0) File.WriteAllText(In("before"), before + "\n");
        Boots("good");
        Assert.Equal(kept, File.Exists(In("rollback")));
    }

    [SkippableFact]
    public void Only_the_newest_20_notes_are_kept()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a POSIX shell");
        for (int note = 1; note <= 30; note++) Boots("note", "B", $"try {note}");
        Boots("good");
        string[] kept = Text("rollback").TrimEnd().Split('\n');
        Assert.Equal(20, kept.Length);
        Assert.EndsWith("try 30", kept[^1], StringComparison.Ordinal);
    }

    private void Boots(params string[] arguments)
    {
        (int exit, string said) = Shell.Run("/bin/sh", [Path.Combine(Shell.Image, "overlay/usr/lib/kiosk/boots"), .. arguments],
            ("KIOSK_RUN", In("run")), ("KIOSK_BEFORE", In("before")), ("KIOSK_RELEASE", In("release")), ("KIOSK_ROLLBACK", In("rollback")),
            ("KIOSK_CONSOLE", In("console")), ("PATH", $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}"));
        Assert.True(exit == 0, said);
    }

    private string Text(string name) => File.Exists(In(name)) ? File.ReadAllText(In(name)) : "";

    private string In(string name) => Path.Combine(_home, name);
}
