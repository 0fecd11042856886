using System.Security.Cryptography;
using System.Text.Json;

namespace Kiosk.Processes.Image;

/// <summary>
/// The script data on a disk in a file, with the real sfdisk, cryptsetup, mkfs and fsck, and a TPM in software. The kernel's device mapper,
/// which test machines may lack, is replaced: "attach" opens a second file in place of what is inside the encryption.
/// </summary>
public sealed class DataPartitionTests : IDisposable
{
    private readonly DeviceRoot _device = new();
    private string _tpm = "";

    public DataPartitionTests()
    {
        string[] tools = ["sfdisk", "losetup", "mkfs.ext4", "fsck.ext4", "jq"];
        Skip.IfNot(tools.All(Shell.Has), string.Join(", ", tools));
        Skip.IfNot(_device.Sh("id -u").Trim() == "0" && File.Exists("/dev/loop-control"), "needs root and loop devices");
        _device.Write("run/kiosk/disk", $"..{_device.Home}/disk.img\n");
        _device.Sh("truncate -s 64M @/disk.img; printf 'label: gpt\\nsize=20M, name=esp\\n' | sfdisk -q @/disk.img");
        foreach (string program in (string[])["partx", "partprobe"]) _device.Program(program, "exit 0");
        // The links that udev's rule makes; each partition is a loop device.
        _device.Program("udevadm", """
            [ "$1" = trigger ] || exit 0
            rm -f @/dev/kiosk/*
            all='.partitiontable.partitions[]? | "\(.name) \(.start * 512) \(.size * 512)"'
            sfdisk -J @/disk.img | jq -r "$all" | while read -r n o s; do
              l=$(losetup -j @/disk.img -O NAME,OFFSET -n | awk -v o="$o" '$2 == o { print $1 }')
              [ -n "$l" ] || l=$(losetup -f --show -o "$o" --sizelimit "$s" @/disk.img)
              ln -s "$l" "@/dev/kiosk/$n"
            done
            """);
        _device.Sh("udevadm trigger");
    }

    public void Dispose()
    {
        if (_tpm.Length > 0) _device.Sh("kill $(cat @/tpm.pid) || true");
        _device.Sh("for f in @/*.img @/run/kiosk/memory.ext4; do losetup -j \"$f\" -O NAME -n; done | xargs -r losetup -d");
        _device.Dispose();
    }

    [SkippableFact]
    public void The_first_start_makes_the_partition_and_the_next_ones_open_the_same_file_system()
    {
        Open();
        Assert.Equal("none\n", _device.Text("run/kiosk/data-encryption"));
        string made = Identity();
        Assert.Equal(["esp", "data"], Partitions());
        Open();
        Assert.Equal(made, Identity());
        Assert.Equal("", _device.Text("run/kiosk/data-lost"));
    }

    /// <summary>Each program fails as it does when a disk or a cable fails for a moment, or when its answer is not understood.</summary>
    [SkippableTheory]
    [InlineData("blkid", "exit 4")]
    [InlineData("blkid", "exit 8")]
    [InlineData("blkid", "exit 127")]
    [InlineData("blkid", "exit 2")]
    [InlineData("blkid", "echo crypto_LUKS")]
    [InlineData("blkid", "echo xfs")]
    [InlineData("fsck.ext4", "exit 4")]
    [InlineData("fsck.ext4", "exit 8")]
    [InlineData("fsck.ext4", "exit 12")]
    [InlineData("fsck.ext4", "exit 127")]
    [InlineData("dd", "exit 1")]
    [InlineData("sfdisk", "exit 1")]
    [InlineData("sfdisk", "echo '{}'")]
    [InlineData("sfdisk", "echo not json")]
    [InlineData("jq", "exit 5")]
    public void A_program_that_fails_never_leads_to_a_format_and_the_screen_says_what_to_do(string program, string failure)
    {
        Open();
        string before = Digest();
        _device.Program(program, failure);
        _device.Program("sleep", "exit 0");
        (int exit, string said) = _device.Run("data open");
        File.Delete(_device.In($"bin/{program}"));
        Assert.True(exit == 0, said);
        Assert.Equal(before, Digest());
        Assert.StartsWith("K632 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Contains("; start again", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal("lost\n", _device.Text("run/kiosk/data-encryption"));
        // /var of this start is in memory.
        Assert.Contains("memory.ext4", _device.Sh("losetup -n -O BACK-FILE \"$(readlink @/run/kiosk/data)\""), StringComparison.Ordinal);
        Open();
        Assert.Equal("", _device.Text("run/kiosk/data-lost"));
    }

    [SkippableFact]
    public void A_partition_that_was_overwritten_or_damaged_is_never_made_anew()
    {
        Open();
        _device.Sh("head -c 4194304 /dev/urandom | dd of=@/dev/kiosk/data conv=notrunc status=none");
        string before = Digest();
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(before, Digest());
        _device.Sh("dd if=/dev/zero of=@/dev/kiosk/data bs=1M count=8 conv=notrunc status=none");
        before = Digest();
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(before, Digest());
        Assert.Equal(["esp", "data"], Partitions());
    }

    [SkippableTheory]
    [InlineData("mkfs.ext4")]
    [InlineData("wipefs")]
    public void A_first_start_that_was_cut_off_is_done_again_at_the_next_start(string cutAt)
    {
        _device.Program(cutAt, $"case \"$*\" in *memory.ext4) exec /usr/sbin/{cutAt} \"$@\" ;; esac; exit 1");
        _device.Run("data open");
        Assert.Equal(["esp", "data-new"], Partitions());
        File.Delete(_device.In($"bin/{cutAt}"));
        Open();
        Assert.Equal(["esp", "data"], Partitions());
        Assert.Equal("", _device.Text("run/kiosk/data-lost"));
    }

    [SkippableFact]
    public void A_wiped_partition_holds_nothing_of_before_and_is_made_anew_with_another_identifier()
    {
        Open();
        _device.Sh("mkdir @/m; mount @/run/kiosk/data @/m; echo patient-settings >@/m/x; umount @/m");
        string first = Identifier();
        Assert.Equal(0, _device.Run("data wipe").Exit);
        Assert.Equal("", _device.Sh("grep -c patient-settings @/disk.img || true").Trim().Replace("0", "", StringComparison.Ordinal));
        Assert.Equal(["esp", "data-new"], Partitions());
        _device.Sh("udevadm trigger");
        Open();
        Assert.Equal(["esp", "data"], Partitions());
        Assert.NotEqual(first, Identifier());
    }

    [SkippableFact]
    public void With_a_TPM_the_partition_has_two_keys_the_TPMs_and_a_recovery_key_that_waits_inside()
    {
        WithTpm();
        Open();
        Assert.Equal("tpm2\n", _device.Text("run/kiosk/data-encryption"));
        string[] slots = [.. _device.Sh("systemd-cryptenroll @/dev/kiosk/data").Split('\n')[1..].Select(l => l.Trim())
            .Where(l => l.Length > 0).Select(l => l.Split(' ')[^1]).Order(StringComparer.Ordinal)];
        Assert.Equal(["recovery", "tpm2"], slots);
        string header = _device.Sh("cryptsetup luksDump @/dev/kiosk/data");
        Assert.Matches("tpm2-pubkey-pcrs: +11", header);
        Assert.Matches("tpm2-hash-pcrs: +7", header);
        _device.Sh("mkdir @/m; mount -o ro @/run/kiosk/data @/m");
        string kept = _device.Sh("cat @/m/lib/kiosk-device/recovery-key; stat -c ' %a' @/m/lib/kiosk-device/recovery-key; umount @/m");
        Assert.EndsWith(" 600\n", kept, StringComparison.Ordinal);
        _device.Write("recovery", kept.Split(' ')[0]);
        _device.Sh("cryptsetup open --test-passphrase --key-file @/recovery @/dev/kiosk/data");
        Assert.Equal("", _device.Text("run/kiosk/recovery-key"));
        Assert.Contains("kiosk-data-opened", _device.Text("phases"), StringComparison.Ordinal);

        // A board whose TPM no longer releases the key: the recovery key gives it a new one.
        _device.Program("lib/systemd/systemd-cryptsetup", "exit 1");
        _device.Program("sleep", "exit 0");
        string before = _device.Sh("cryptsetup luksDump @/dev/kiosk/data");
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 the TPM does not release the key", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(before, _device.Sh("cryptsetup luksDump @/dev/kiosk/data"));
        _device.Write("wrong", "nculbtdg-nkdkdcdf-bfvglgig-eghnvtru-crdrkgeg-celfvuvl-lrcrkduf-vfbehdtf");
        Assert.Equal(1, _device.Run($"data unlock {_device.In("wrong")}").Exit);
        Assert.Equal(before, _device.Sh("cryptsetup luksDump @/dev/kiosk/data"));
        (int exit, string said) = _device.Run($"data unlock {_device.In("recovery")}");
        Assert.True(exit == 0, said);
        Assert.NotEqual(before, _device.Sh("cryptsetup luksDump @/dev/kiosk/data"));
        _device.Sh("cryptsetup open --test-passphrase --key-file @/recovery @/dev/kiosk/data");
    }

    /// <summary>systemd's own program asks the TPM; where the kernel has no device mapper it stops after it has got the key.</summary>
    [SkippableFact]
    public void The_TPM_releases_the_key_until_the_phase_ends_and_never_afterwards()
    {
        WithTpm();
        Open();
        string attach = "/lib/systemd/systemd-cryptsetup attach kiosk-test \"$(readlink @/dev/kiosk/data)\" - " +
            $"tpm2-device={_tpm},headless=true,tpm2-signature=@/run/systemd/tpm2-pcr-signature.json 2>&1 || true; " +
            $"/lib/systemd/systemd-cryptsetup detach kiosk-test 2>/dev/null || true; export TPM2TOOLS_TCTI={_tpm}; " +
            "for kind in -l -s -t; do tpm2_flushcontext $kind; done";
        Assert.DoesNotContain("TPM2 operation failed", _device.Sh(attach), StringComparison.Ordinal);
        string word = Convert.ToHexStringLower(SHA256.HashData("kiosk-data-opened"u8));
        _device.Sh($"TPM2TOOLS_TCTI={_tpm} tpm2_pcrextend 11:sha256={word}");
        Assert.Contains("TPM2 operation failed", _device.Sh(attach), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cryptsetup", "exit 1", "K633 ")]
    [InlineData("cryptsetup", "exit 4", "K633 ")]
    [InlineData("blkid", "exit 4", "K632 ")]
    [InlineData("blkid", "exit 2", "K633 ")]
    [InlineData("lib/systemd/systemd-cryptsetup", "exit 1", "K632 ")]
    [InlineData("lib/systemd/systemd-pcrphase", "exit 1", "K632 ")]
    [InlineData("tpm2_getcap", "exit 1", "K632 ")]
    [InlineData("fsck.ext4", "exit 8", "K632 ")]
    public void With_a_TPM_too_a_program_that_fails_never_leads_to_a_format(string program, string failure, string code)
    {
        WithTpm();
        Open();
        string before = Digest(), within = _device.Sh("sha256sum <@/inner.img");
        _device.Program(program, failure);
        _device.Program("sleep", "exit 0");
        (int exit, string said) = _device.Run("data open");
        Assert.True(exit == 0, said);
        Assert.StartsWith(code, _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Contains("start again", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(before, Digest());
        // fsck may have noted that it ran; then it was not the one that failed.
        if (program != "lib/systemd/systemd-pcrphase") Assert.Equal(within, _device.Sh("sha256sum <@/inner.img"));
        Assert.Equal(["esp", "data"], Partitions());
    }

    [SkippableTheory]
    [InlineData("mkfs.ext4 -q -F -L data \"$p\"")]
    [InlineData("cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 --key-file /etc/hostname \"$p\"")]
    public void With_a_TPM_a_partition_that_is_not_LUKS2_is_refused_and_left_as_it_is(string planted)
    {
        WithTpm();
        Open();
        _device.Sh($"p=$(readlink @/dev/kiosk/data); wipefs -qa \"$p\"; {planted}");
        string before = Digest();
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K633 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(before, Digest());
    }

    [SkippableFact]
    public void With_a_TPM_that_refuses_nothing_is_stored_unencrypted()
    {
        WithTpm();
        _device.Program("systemd-cryptenroll", "exit 1");
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(["esp", "data-new"], Partitions());
    }

    [SkippableFact]
    public void A_kernel_without_signed_measurements_makes_no_data_partition_that_it_could_open_again()
    {
        WithTpm();
        File.Delete(_device.In("run/systemd/tpm2-pcr-public-key.pem"));
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        Assert.Equal(["esp", "data-new"], Partitions());
    }

    [SkippableFact]
    public void A_kernel_with_a_smaller_counter_than_one_that_was_good_is_refused_and_the_TPM_cannot_be_talked_down()
    {
        WithTpm();
        _device.Write("proc/cmdline", "quiet kiosk.counter=3\n");
        Open();
        Assert.Equal(0, _device.Run("data keep").Exit);
        Assert.Equal(0, _device.Run("data keep").Exit);
        Open();
        Assert.Equal("", _device.Text("run/kiosk/data-lost"));
        foreach (string older in (string[])["kiosk.counter=2\n", "kiosk.counter=0\n", "quiet\n"])
        {
            _device.Write("proc/cmdline", older);
            Assert.Equal(0, _device.Run("data open").Exit);
            Assert.StartsWith("K634 ", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        }

        string real = _device.Text("bin/tpm2_nvread");
        _device.Program("tpm2_nvread", "exit 1");
        _device.Write("proc/cmdline", "kiosk.counter=2\n");
        Assert.Equal(0, _device.Run("data open").Exit);
        Assert.StartsWith("K632 the TPM does not answer", _device.Text("run/kiosk/data-lost"), StringComparison.Ordinal);
        _device.Write("bin/tpm2_nvread", real);
        _device.Write("proc/cmdline", "kiosk.counter=4\n");
        Open();
        Assert.Equal("", _device.Text("run/kiosk/data-lost"));
    }

    private void Open()
    {
        (int exit, string said) = _device.Run("data open");
        Assert.True(exit == 0, said + _device.Console);
        Assert.True(_device.Text("run/kiosk/data-lost").Length == 0, _device.Console + said);
    }

    private string Identity() => _device.Sh("blkid -p -o value -s UUID \"$(readlink @/run/kiosk/data)\"");

    private string Digest() => _device.Sh("sha256sum <@/dev/kiosk/data");

    private string Identifier() => _device.Sh("sfdisk -J @/disk.img | jq -r '.partitiontable.partitions[1].uuid'");

    private string[] Partitions() => _device.Sh("sfdisk -J @/disk.img | jq -r '.partitiontable.partitions[].name'").Trim().Split('\n');

    // A TPM in software whose PCR 11 is as at its start (zeros), and the maker's signature for this value, as the kernel brings it.
    private void WithTpm()
    {
        string[] tools = ["swtpm", "cryptsetup", "systemd-cryptenroll", "tpm2_nvread"];
        Skip.IfNot(tools.All(Shell.Has), string.Join(", ", tools));
        _tpm = $"swtpm:path={_device.In("tpm")}";
        _device.Sh("mkdir @/tpm.state; swtpm socket --tpm2 --tpmstate dir=@/tpm.state --server type=unixio,path=@/tpm " +
            "--ctrl type=unixio,path=@/tpm.ctrl --flags not-need-init,startup-clear --daemon --pid file=@/tpm.pid");
        _device.Write("dev/tpmrm0", "");
        foreach (string tool in (string[])["tpm2_getcap", "tpm2_nvread", "tpm2_nvreadpublic", "tpm2_nvdefine", "tpm2_nvsetbits"])
            _device.Program(tool, $"TPM2TOOLS_TCTI={_tpm} exec /usr/bin/{tool} \"$@\"");
        _device.Program("systemd-cryptenroll",
            $"exec /usr/bin/systemd-cryptenroll $(echo \"$*\" | sed 's#tpm2-device=auto#tpm2-device={_tpm}#')");
        _device.Program("lib/systemd/systemd-cryptsetup", """
            cryptsetup isLuks --type luks2 "$3" || exit 1
            [ -e @/inner.img ] || truncate -s 16M @/inner.img
            loop=$(losetup -j @/inner.img -O NAME -n)
            ln -sfn "${loop:-$(losetup -f --show @/inner.img)}" @/dev/mapper/data
            """);
        _device.Program("lib/systemd/systemd-pcrphase", "echo \"$*\" >>@/phases");
        using RSA maker = RSA.Create(2048);
        // TPM2_PolicyPCR (TPM 2.0 Library Part 3, 23.7) for PCR 11 of the SHA-256 bank.
        byte[] selection = [0, 0, 0, 1, 0, 0x0b, 3, 0, 8, 0], command = [0, 0, 1, 0x7f];
        byte[] policy = SHA256.HashData([.. new byte[32], .. command, .. selection, .. SHA256.HashData(new byte[32])]);
        _device.Write("run/systemd/tpm2-pcr-public-key.pem", maker.ExportSubjectPublicKeyInfoPem() + "\n");
        object signed = new
        {
            pcrs = new[] { 11 },
            pkfp = Convert.ToHexStringLower(SHA256.HashData(maker.ExportRSAPublicKey())),
            pol = Convert.ToHexStringLower(policy),
            sig = Convert.ToBase64String(maker.SignData(policy, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        };
        _device.Write("run/systemd/tpm2-pcr-signature.json", JsonSerializer.Serialize(new { sha256 = new[] { signed } }));
    }
}
