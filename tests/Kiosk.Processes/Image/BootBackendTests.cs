namespace Kiosk.Processes.Image;

/// <summary>The script boot-backend, run on plain folders in place of the EFI partition.</summary>
public sealed class BootBackendTests : IDisposable
{
    private readonly DeviceRoot _device = new();

    private string Entries => _device.In("efi/loader/entries");

    public BootBackendTests()
    {
        foreach (string program in (string[])["mountpoint", "mount", "umount"]) _device.Program(program, "exit 0");
        File.WriteAllBytes(_device.In("dev/kiosk/uki-a"), SignedProgram(5000, 8192));
        File.WriteAllBytes(_device.In("dev/kiosk/uki-b"), SignedProgram(6000, 8192));
    }

    public void Dispose() => _device.Dispose();

    [SkippableFact]
    public void An_installation_into_B_makes_B_primary_with_three_tries_and_does_not_change_A()
    {
        Entry("kiosk-a.conf", 1);
        Ask("set-state B bad");
        Ask("set-primary B");
        Assert.Equal(["kiosk-a.conf", "kiosk-b+3.conf"], Names());
        Assert.Equal("B", Ask("get-primary"));
        Assert.Contains("version 2\n", File.ReadAllText(Path.Combine(Entries, "kiosk-b+3.conf")), StringComparison.Ordinal);
        Assert.Contains("efi /EFI/kiosk/b.efi", File.ReadAllText(Path.Combine(Entries, "kiosk-b+3.conf")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_program_is_copied_up_to_the_end_of_its_signature()
    {
        Entry("kiosk-a.conf", 1);
        Ask("set-primary B");
        Assert.Equal(SignedProgram(6000, 6000), File.ReadAllBytes(_device.In("efi/EFI/kiosk/b.efi")));
    }

    [SkippableFact]
    public void A_partition_without_a_signed_program_is_refused_and_the_running_slot_stays_primary()
    {
        Entry("kiosk-a.conf", 1);
        File.WriteAllBytes(_device.In("dev/kiosk/uki-b"), new byte[8192]);
        (int exit, string said) = Run("set-primary B");
        Assert.NotEqual(0, exit);
        Assert.Contains("no signed EFI program", said, StringComparison.Ordinal);
        Assert.Equal("A", Ask("get-primary"));
    }

    [SkippableFact]
    public void A_slot_whose_tries_are_used_up_is_bad_and_the_other_is_primary()
    {
        Entry("kiosk-a.conf", 1);
        Entry("kiosk-b+0-3.conf", 2);
        Assert.Equal("A", Ask("get-primary"));
        Assert.Equal("bad", Ask("get-state B"));
        Assert.Equal("good", Ask("get-state A"));
    }

    [SkippableFact]
    public void The_running_slot_marked_good_loses_its_counter()
    {
        Entry("kiosk-a+2-1.conf", 3);
        Entry("kiosk-b.conf", 2);
        Ask("set-state A good");
        Assert.Equal(["kiosk-a.conf", "kiosk-b.conf"], Names());
        Assert.Equal("A", Ask("get-primary"));
    }

    [SkippableFact]
    public void Making_the_running_slot_primary_sets_no_tries_and_does_not_copy_its_program()
    {
        Entry("kiosk-a.conf", 1);
        Entry("kiosk-b.conf", 2);
        Ask("set-primary A");
        Assert.Equal("A", Ask("get-primary"));
        Assert.Equal(["kiosk-a.conf", "kiosk-b.conf"], Names());
        Assert.False(File.Exists(_device.In("efi/EFI/kiosk/a.efi")));
    }

    [SkippableFact]
    public void When_a_crash_left_two_entries_of_a_slot_the_newer_counts_and_the_older_is_removed()
    {
        Entry("kiosk-a.conf", 3);
        Entry("kiosk-b.conf", 2);
        Entry("kiosk-b+2-1.conf", 4);
        Assert.Equal("B", Ask("get-primary"));
        Ask("set-state B good");
        Assert.Equal(["kiosk-a.conf", "kiosk-b.conf"], Names());
        Assert.Contains("version 4", File.ReadAllText(Path.Combine(Entries, "kiosk-b.conf")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Without_entries_get_primary_fails_with_a_message()
    {
        (int exit, string said) = Run("get-primary");
        Assert.Equal(1, exit);
        Assert.Contains("no slot can be started", said, StringComparison.Ordinal);
        Assert.Equal("bad", Ask("get-state A"));
        Ask("set-state B bad");
        Assert.Empty(Names());
    }

    [SkippableFact]
    public void A_slot_with_an_incomplete_entry_is_bad_until_the_next_installation()
    {
        Entry("kiosk-a.conf", 1);
        File.WriteAllText(Path.Combine(Entries, "kiosk-b+3.conf"), "title Kio");
        Assert.Equal("A", Ask("get-primary"));
        Assert.Equal("bad", Ask("get-state B"));
        Ask("set-primary B");
        Assert.Equal("B", Ask("get-primary"));
        Assert.Equal(["kiosk-a.conf", "kiosk-b+3.conf"], Names());
    }

    [SkippableTheory]
    [InlineData("99999999999999999999")]
    [InlineData("2; touch /tmp/x")]
    public void A_number_in_an_entry_that_is_none_counts_as_an_incomplete_entry(string sequence)
    {
        Entry("kiosk-a.conf", 1);
        File.WriteAllText(Path.Combine(Entries, "kiosk-b.conf"), $"title Kiosk\nversion {sequence}\nefi /EFI/kiosk/b.efi\n");
        Assert.Equal("A", Ask("get-primary"));
        Assert.Equal("bad", Ask("get-state B"));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("get-state C")]
    [InlineData("set-state A perhaps")]
    public void An_invalid_call_changes_nothing(string call)
    {
        Entry("kiosk-a.conf", 1);
        Assert.Equal(64, Run(call).Exit);
        Assert.Equal(["kiosk-a.conf"], Names());
    }

    private void Entry(string name, int sequence) =>
        File.WriteAllText(Path.Combine(Entries, name), $"title Kiosk\nsort-key kiosk\nversion {sequence}\nefi /EFI/kiosk/{name[6]}.efi\n");

    private string[] Names() => [.. Directory.GetFiles(Entries).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private string Ask(string call)
    {
        (int exit, string output) = Run(call);
        Assert.True(exit == 0, $"{call}: exit {exit}: {output}");
        return output.Trim();
    }

    private (int Exit, string Output) Run(string call) => _device.Run($"boot-backend {call}".TrimEnd());

    /// <summary>A PE program with only header and signature positions set, followed by older content of the partition.</summary>
    private static byte[] SignedProgram(int size, int partition)
    {
        const int header = 128, security = header + 24 + 112 + 32;
        byte[] bytes = new byte[partition];
        new Random(size).NextBytes(bytes.AsSpan(0, size));
        new Random(1).NextBytes(bytes.AsSpan(size));
        BitConverter.TryWriteBytes(bytes.AsSpan(60), header);
        BitConverter.TryWriteBytes(bytes.AsSpan(security), size - 1000);
        BitConverter.TryWriteBytes(bytes.AsSpan(security + 4), 1000);
        return bytes;
    }
}
