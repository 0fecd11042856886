using System.Text.RegularExpressions;

namespace Kiosk.Processes.Image;

/// <summary>Which USB devices the device image admits: the script that udev calls, the profile, and the rules themselves.</summary>
public sealed partial class UsbPolicyTests : IDisposable
{
    private static readonly string _overlay = Path.Combine(Shell.Image, "overlay");
    private readonly string _home = Directory.CreateTempSubdirectory("kiosk-usb-").FullName;

    public UsbPolicyTests() => Directory.CreateDirectory(In("sys/bus/usb/devices"));

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>Interfaces as udev's usb_id builtin prints them (ID_USB_INTERFACES).</summary>
    [SkippableTheory]
    [InlineData("hub", ":090000:", "05e3:0610")]
    [InlineData("hub", ":090001:090002:", "2109:2817")]
    [InlineData("reader", ":0b0000:", "04e6:5816")]
    [InlineData("camera", ":0e0100:0e0200:", "046d:0825")]
    [InlineData("camera", ":0e0100:0e0200:010100:010200:", "046d:0825")]
    [InlineData("touch", ":030000:", "222a:0001")]
    [InlineData("touch", ":030000:030000:", "0eef:c000")]
    [InlineData("touch", ":030002:", "04e7:0020")]
    [InlineData("stick", ":080650:", "0781:5567")]
    public void A_device_of_the_profile_is_admitted(string kind, string interfaces, string id) =>
        Assert.Equal((0, kind), Plug("1-2", interfaces, id));

    [SkippableTheory]
    [InlineData("a keyboard", ":030101:", "046d:c31c")]
    [InlineData("a keyboard with media keys", ":030101:030000:", "046d:c31c")]
    [InlineData("a touch panel that is a keyboard too", ":030000:030101:", "222a:0001")]
    [InlineData("a stick that is a keyboard too", ":080650:030101:", "0781:5567")]
    [InlineData("a reader that is a keyboard too", ":0b0000:030101:", "04e6:5816")]
    [InlineData("a network adapter (CDC ECM)", ":020600:0a0000:", "0bda:8153")]
    [InlineData("a network adapter (CDC NCM)", ":020d00:0a0001:", "0bda:8157")]
    [InlineData("a network adapter (RNDIS)", ":e00103:0a0000:", "0525:a4a2")]
    [InlineData("a network adapter with its maker's own class", ":ffff00:", "0b95:1790")]
    [InlineData("a phone that shares its network", ":e00103:0a0000:ff4201:", "18d1:4eeb")]
    [InlineData("a camera that is a network adapter too", ":0e0100:0e0200:020600:0a0000:", "046d:0825")]
    [InlineData("a Bluetooth adapter", ":e00101:", "0a12:0001")]
    [InlineData("a serial port", ":020201:0a0000:", "2341:0043")]
    [InlineData("a sound card alone", ":010100:010200:", "0d8c:0014")]
    [InlineData("a printer", ":070102:", "04b8:0202")]
    [InlineData("a disk with UAS", ":080662:", "152d:0578")]
    [InlineData("a device without interfaces", "", "1234:5678")]
    public void Any_other_device_is_refused(string what, string interfaces, string id)
    {
        (int exit, string said) = Plug("1-2", interfaces, id);
        Assert.True(exit == 1, $"{what} was admitted as {said}");
        Assert.Contains("no line of the profile admits it", said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(":0b0000:")]
    [InlineData(":0e0100:0e0200:")]
    [InlineData(":030000:")]
    public void A_second_reader_camera_or_panel_is_refused_while_the_first_is_there_and_admitted_in_its_place(string interfaces)
    {
        Assert.Equal(0, Plug("1-2", interfaces, "04e6:5816").Exit);
        (int exit, string said) = Plug("1-3.1", interfaces, "04e6:5816");
        Assert.Equal(1, exit);
        Assert.Contains("are there already", said, StringComparison.Ordinal);
        // The first one is judged again, for example after the site's settings were applied.
        Assert.Equal(0, Plug("1-2", interfaces, "04e6:5816").Exit);
        Unplug("1-2");
        Assert.Equal(0, Plug("1-3.1", interfaces, "04e6:5816").Exit);
    }

    [SkippableFact]
    public void A_site_that_names_the_ports_admits_a_device_only_there()
    {
        Site("reader 0b???? max=1 port=1-4\ncamera 0e???? max=2 port=1-5,1-6.1\n");
        Assert.Equal(1, Plug("1-2", ":0b0000:", "04e6:5816").Exit);
        Assert.Equal((0, "reader"), Plug("1-4", ":0b0000:", "04e6:5816"));
        Assert.Equal((0, "camera"), Plug("1-5", ":0e0100:0e0200:", "046d:0825"));
        Assert.Equal((0, "camera"), Plug("1-6.1", ":0e0100:0e0200:", "046d:0825"));
        Assert.Equal(1, Plug("1-6", ":0e0100:0e0200:", "046d:0825").Exit);
        // The site's line replaces the image's: a camera with a microphone is no longer on the list.
        Unplug("1-5");
        Assert.Equal(1, Plug("1-5", ":0e0100:0e0200:010100:", "046d:0825").Exit);
        // What the site does not name stays as in the image.
        Assert.Equal((0, "touch"), Plug("1-7", ":030000:", "222a:0001"));
    }

    [SkippableFact]
    public void Of_all_keyboards_only_the_listed_keypad_is_admitted()
    {
        Site("keypad 03???? id=1a2c:2d43,04d9:a02a\n");
        Assert.Equal((0, "keypad"), Plug("1-2", ":030101:030000:", "1a2c:2d43"));
        Assert.Equal(1, Plug("1-3", ":030101:030000:", "046d:c31c").Exit);
        Assert.Equal(1, Plug("1-3", ":030101:", "04d9:a02a").Exit);
        Unplug("1-2");
        Assert.Equal((0, "keypad"), Plug("1-3", ":030101:", "04d9:a02a"));
        // The keypad's name does not open the door for what is more than a keypad.
        Unplug("1-3");
        Assert.Equal(1, Plug("1-2", ":030101:020600:", "1a2c:2d43").Exit);
    }

    [SkippableFact]
    public void A_keypad_that_is_not_named_is_refused()
    {
        Site("keypad 03????\n");
        (int exit, string said) = Plug("1-2", ":030101:", "1a2c:2d43");
        Assert.Equal(1, exit);
        Assert.Contains("a keypad needs id= or port=", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rules_are_well_formed_and_switch_everything_off_that_is_not_admitted()
    {
        string[] lines = Rules();
        HashSet<string> labels = [.. lines.SelectMany(l => Labels().Matches(l)).Select(m => m.Groups[1].Value)];
        Assert.All(lines, line =>
        {
            Assert.Matches(@"^" + Assignment + @"(, *" + Assignment + @")*$", line);
            Assert.All(Jumps().Matches(line), jump => Assert.Contains(jump.Groups[1].Value, labels));
        });
        // New devices are off until they are judged, and a device whose judgement fails stays off.
        Assert.Contains(lines, l => l.StartsWith("KERNEL==\"usb[0-9]*\"", StringComparison.Ordinal)
            && l.Contains("ATTR{authorized_default}=\"0\"", StringComparison.Ordinal));
        string judged = Assert.Single(lines, l => l.Contains("usb-admit", StringComparison.Ordinal));
        Assert.StartsWith("PROGRAM!=", judged, StringComparison.Ordinal);
        Assert.Contains("ATTR{authorized}=\"0\", GOTO=\"kiosk_usb_end\"", judged, StringComparison.Ordinal);
        string admitted = Assert.Single(lines, l => l.Contains("ATTR{authorized}=\"1\"", StringComparison.Ordinal));
        Assert.Equal(Array.IndexOf(lines, judged) + 1, Array.IndexOf(lines, admitted));
        // The order of the files: udev's own rules first say what interfaces a device has.
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_overlay, "etc/udev/rules.d")),
            f => string.CompareOrdinal(Path.GetFileName(f), "60") < 0);
    }

    [Fact]
    public void The_kiosk_may_open_the_keypad_and_the_compositor_never_reads_it()
    {
        string[] service = File.ReadAllLines(Path.Combine(_overlay, "etc/systemd/system/kiosk.service"));
        Assert.Contains("DeviceAllow=char-input r", service);
        string keypad = Assert.Single(Rules(), l => l.Contains("TAGS==\"kiosk-keypad\"", StringComparison.Ordinal));
        Assert.Contains("GROUP=\"kiosk\", MODE=\"0440\"", keypad, StringComparison.Ordinal);
        Assert.Contains("ENV{LIBINPUT_IGNORE_DEVICE}=\"1\"", keypad, StringComparison.Ordinal);
        Assert.Contains("Group=kiosk", service);
        // No other rule takes the keypad's interface away.
        Assert.DoesNotContain("bInterfaceProtocol", File.ReadAllText(Path.Combine(_overlay, "etc/udev/rules.d/65-kiosk.rules")),
            StringComparison.Ordinal);
    }

    private (int Exit, string Said) Plug(string name, string interfaces, string id)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("flock"), "needs a POSIX shell and flock");
        Directory.CreateDirectory(In($"sys/bus/usb/devices/{name}"));
        string[] ids = id.Split(':');
        (int exit, string said) = Shell.Run("/bin/sh",
            [
                Path.Combine(_overlay, "usr/lib/kiosk/usb-admit"), In("sys"), In("state"),
                Path.Combine(_overlay, "usr/lib/kiosk/usb.profile"), In("site"), name,
            ],
            ("ID_USB_INTERFACES", interfaces), ("ID_VENDOR_ID", ids[0]), ("ID_MODEL_ID", ids[1]));
        return (exit, said.Trim());
    }

    private void Unplug(string name) => Directory.Delete(In($"sys/bus/usb/devices/{name}"));

    private void Site(string lines) => File.WriteAllText(In("site"), lines);

    private string In(string name) => Path.Combine(_home, name);

    /// <summary>The rules, one a line, without comments.</summary>
    private static string[] Rules() =>
    [
        .. File.ReadAllText(Path.Combine(_overlay, "etc/udev/rules.d/66-kiosk-usb.rules")).Replace("\\\n", "", StringComparison.Ordinal)
            .Split('\n').Where(l => l.Length > 0 && l[0] != '#'),
    ];

    /// <summary>udev(7), "Rules files": a key, for some keys with an attribute, an operator, a value.</summary>
    private const string Assignment =
        @"(ACTION|SUBSYSTEM|KERNEL|TAGS?|PROGRAM|GROUP|MODE|GOTO|LABEL|RUN|(ENV|ATTR|IMPORT)\{[A-Za-z_]+\})(==|!=|\+=|=)""[^""]*""";

    [GeneratedRegex(@"LABEL=""(\w+)""")]
    private static partial Regex Labels();

    [GeneratedRegex(@"GOTO=""(\w+)""")]
    private static partial Regex Jumps();
}
