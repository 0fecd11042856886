using System.Text.RegularExpressions;

namespace Kiosk.Processes.Image;

/// <summary>The device's own RAUC settings and script install, with a real signed bundle and a wrong clock.</summary>
public sealed class BundleClockTests : IDisposable
{
    private readonly DeviceRoot _device = new();

    public BundleClockTests()
    {
        string[] tools = ["rauc", "mksquashfs", "openssl", "jq", "faketime"];
        Skip.IfNot(tools.All(Shell.Has), string.Join(", ", tools));
        _device.Sh("""
            cd @/; mkdir content
            openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=ca -keyout ca.key -out etc/keyring.pem 2>/dev/null
            printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n' >ext
            openssl req -newkey rsa:2048 -nodes -subj /CN=signer -keyout s.key -out s.csr 2>/dev/null
            openssl x509 -req -in s.csr -CA etc/keyring.pem -CAkey ca.key -CAcreateserial -days 365 -extfile ext -out s.crt 2>/dev/null
            head -c 100000 /dev/urandom >content/root.img
            printf '[update]\ncompatible=kiosk-terminal-x86_64\nversion=2.0.0\n' >content/manifest.raucm
            printf '[bundle]\nformat=verity\n[image.rootfs]\nfilename=root.img\n' >>content/manifest.raucm
            rauc bundle --cert=s.crt --key=s.key --keyring=etc/keyring.pem content good.raucb >/dev/null 2>&1
            """);
        string settings = File.ReadAllText(Path.Combine(Shell.Image, "overlay/etc/rauc/system.conf"));
        _device.Write("rauc.conf", Regex.Replace(settings, "^path=.*$", $"path={_device.In("etc/keyring.pem")}", RegexOptions.Multiline));
        _device.Program("rauc", $"exec /usr/bin/rauc --conf={_device.In("rauc.conf")} \"$@\"");
        // Without this file the script waits for the health gate; it never gets so far as to install here.
        _device.Write("run/kiosk/good", "");
        _device.Write("var/lib/kiosk-device/rollback.txt", "1 slot b: version 2.0.0 not healthy after 300 s: screen\n");
    }

    public void Dispose() => _device.Dispose();

    [SkippableTheory]
    [InlineData("2001-01-01 00:00:00")]
    [InlineData("2069-01-01 00:00:00")]
    [InlineData("")]
    public void A_good_bundle_is_known_as_good_whatever_the_clock_says(string clock)
    {
        string[] under = clock.Length == 0 ? [] : ["faketime", "-f", clock];
        (int exit, string said) = _device.Run($"install {_device.In("good.raucb")}", under);
        Assert.Equal(1, exit);
        Assert.Contains("version 2.0.0 was tried and given up", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_changed_or_foreign_bundle_is_not_and_the_reason_is_the_last_line_of_the_output()
    {
        _device.Sh("cp @/good.raucb @/bad.raucb; at=$(($(stat -c %s @/bad.raucb) - 600)); " +
            "printf x | dd of=@/bad.raucb bs=1 seek=$at conv=notrunc status=none");
        (int exit, string said) = _device.Run($"install {_device.In("bad.raucb")}");
        Assert.Equal(1, exit);
        Assert.EndsWith("bad.raucb: refused; it is not a bundle signed with an update key that this device trusts\n", said,
            StringComparison.Ordinal);
    }
}
