namespace Kiosk.Processes.Image;

/// <summary>The script boots: notes about failed starts on the EFI partition, and their report at the next good start.</summary>
public sealed class BootNotesTests : IDisposable
{
    private const string Notes = "run/kiosk/esp/EFI/kiosk/why.txt", Rollback = "var/lib/kiosk-device/rollback.txt";
    private readonly DeviceRoot _device = new("1.1.0");

    public BootNotesTests()
    {
        Directory.CreateDirectory(_device.In("run/kiosk/esp/loader/entries"));
        _device.Write("run/kiosk/esp/EFI/kiosk/boots", new string('x', 512));
        foreach (string program in (string[])["mount", "umount"]) _device.Program(program, $"echo {program} >>@/done");
    }

    public void Dispose() => _device.Dispose();

    [SkippableFact]
    public void A_note_stays_on_the_ESP_and_the_next_good_start_reports_it_once()
    {
        Boots("note", "A", "version 1.2.0 not healthy after 300 s: screen");
        Assert.Contains(" slot a: version 1.2.0 not healthy after 300 s: screen\n", Text(Notes),
            StringComparison.Ordinal);
        Assert.Equal("", Text(Rollback));

        Boots("good");
        Assert.EndsWith("slot a: version 1.2.0 not healthy after 300 s: screen\n", Text(Rollback), StringComparison.Ordinal);
        Assert.Contains("earlier starts failed: ", _device.Console, StringComparison.Ordinal);
        Assert.Equal("", Text(Notes));
        // The count of starts is reset.
        Assert.Equal("0 -" + new string(' ', 508) + "\n", Text("run/kiosk/esp/EFI/kiosk/boots"));

        Boots("good");
        Assert.EndsWith("slot a: version 1.2.0 not healthy after 300 s: screen\n", Text(Rollback), StringComparison.Ordinal);
        // The ESP is mounted and unmounted each time.
        Assert.Equal("mount\numount\nmount\numount\nmount\numount\n", Text("done"));
    }

    [SkippableFact]
    public void A_version_that_never_reached_the_health_gate_is_recognised_by_its_used_up_tries()
    {
        File.WriteAllText(In("run/kiosk/esp/loader/entries/kiosk-b+0-3.conf"), "");
        File.WriteAllText(In("var/lib/rauc/before"), "1.2.0 camera reader\n");
        Boots("good");
        Assert.Contains("slot b: version 1.2.0 not healthy: no start reached the health gate", Text(Rollback), StringComparison.Ordinal);
        // Reported once: the entry stays given up, without the count that would report it again.
        Assert.Equal("kiosk-b+0.conf", Path.GetFileName(Directory.GetFiles(In("run/kiosk/esp/loader/entries")).Single()));
    }

    [SkippableTheory]
    [InlineData("1.1.0 camera reader", false)]
    [InlineData("1.1.0 ", false)]
    [InlineData("1.2.0 camera reader", true)]
    [InlineData("", true)]
    public void An_update_that_is_kept_removes_the_reason_why_an_earlier_one_was_not(string before, bool kept)
    {
        File.WriteAllText(In(Rollback), "99 slot a: version 1.0.5 not healthy\n");
        if (before.Length > 0) File.WriteAllText(In("var/lib/rauc/before"), before + "\n");
        Boots("good");
        Assert.Equal(kept, File.Exists(In(Rollback)));
    }

    [SkippableFact]
    public void Only_the_newest_20_notes_are_kept()
    {
        for (int note = 1; note <= 30; note++) Boots("note", "B", $"try {note}");
        Boots("good");
        string[] kept = Text(Rollback).TrimEnd().Split('\n');
        Assert.Equal(20, kept.Length);
        Assert.EndsWith("try 30", kept[^1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Notes_that_somebody_wrote_on_the_unprotected_ESP_reach_the_device_as_short_plain_text()
    {
        _device.Write(Notes, new string('z', 100_000) + "\n912 slot a: \u001b]0;x\a$(touch x) `id`\n");
        Boots("good");
        Assert.True(Text(Rollback).Length <= 8000);
        Assert.EndsWith("912 slot a: ]0;x$(touch x) `id`\n", Text(Rollback), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_count_of_starts_alone_can_be_reset()
    {
        Boots("note", "B", "a reason");
        Boots("reset");
        Assert.StartsWith("0 -", Text("run/kiosk/esp/EFI/kiosk/boots"), StringComparison.Ordinal);
        Assert.Contains("a reason", Text(Notes), StringComparison.Ordinal);
        Assert.False(File.Exists(In(Rollback)));
    }

    private void Boots(params string[] arguments)
    {
        (int exit, string said) = Shell.Run("/bin/sh", [_device.In("usr/lib/kiosk/boots"), .. arguments],
            ("PATH", $"{_device.In("bin")}:{Environment.GetEnvironmentVariable("PATH")}"));
        Assert.True(exit == 0, said);
    }

    private string Text(string name) => _device.Text(name);

    private string In(string name) => _device.In(name);
}
