using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiosk.Image;

/// <summary>
/// The patient's screen: touch panel, display, a second display and the browser's renderer are taken away and come back. And what may be
/// plugged in on USB.
/// </summary>
public sealed class PanelTests
{
    private const string First = "1.0.0";
    private const string Keypad = "/dev/input/by-id/usb-QEMU_QEMU_USB_Keyboard_1-event-kbd";

    [SkippableFact]
    public void A_touch_panel_that_drops_off_and_comes_back_is_touched_again()
    {
        using Machine machine = Machine.Started(First, "--card", "--panel");
        using Clinic clinic = Open(machine);
        UntilPart(clinic, "touch", "");
        machine.Unplug("touch");
        UntilPart(clinic, "touch", "K628");
        string compositor = machine.Shell("systemctl show -P MainPID kiosk-display.service");
        machine.Plug("touch");
        UntilPart(clinic, "touch", "");
        // The visit is made by touch.
        clinic.Visit();
        // It was the same compositor: it heard that the panel is back.
        Assert.Equal(compositor, machine.Shell("systemctl show -P MainPID kiosk-display.service"));
    }

    [SkippableFact]
    public void A_display_that_is_switched_off_and_on_shows_the_page_again()
    {
        using Machine machine = Machine.Started(First, "--card", "--panel");
        using Clinic clinic = Open(machine);
        machine.UntilDrawn("before");
        machine.Display(0, on: false);
        UntilPart(clinic, "display", "K627");
        machine.Display(0, on: true);
        UntilPart(clinic, "display", "");
        UntilPart(clinic, "screen", "");
        clinic.Until("Idle");
        clinic.Visit();
    }

    [SkippableFact]
    public void A_second_display_stays_dark_and_the_page_keeps_its_place()
    {
        using Machine machine = Machine.Started(First, "--card", "--panel");
        using Clinic clinic = Open(machine);
        Assert.Equal("card0-Virtual-1", machine.Shell("/usr/lib/kiosk/pick-output /sys /run/kiosk/display").Trim());
        machine.Display(1, on: true);
        Assert.Equal("1", machine.Shell(
            "sleep 20; cat /sys/class/drm/card*-*/enabled | grep -c '^enabled'").Trim());
        // The buttons are where they are on one display.
        clinic.Visit();
    }

    [SkippableFact]
    public void A_renderer_that_dies_is_told_and_the_browser_is_started_again()
    {
        using Machine machine = Machine.Started(First, "--card", "--panel");
        using Clinic clinic = Open(machine);
        string browser = machine.Shell("systemctl show -P MainPID kiosk-ui.service");
        machine.Shell("kill -9 $(grep -l -- '--type=renderer' /proc/[0-9]*/cmdline | cut -d/ -f3)");
        UntilPart(clinic, "screen", "K627");
        Assert.Equal("OutOfService", State(clinic));
        UntilPart(clinic, "screen", "");
        clinic.Until("Idle");
        Assert.NotEqual(browser, machine.Shell("systemctl show -P MainPID kiosk-ui.service"));
        clinic.Visit();
    }

    [SkippableFact]
    public void USB_admits_the_devices_of_the_profile_and_the_listed_keypad_and_nothing_else()
    {
        using Machine machine = Machine.Started(First, "--card", "--panel");
        using Clinic clinic = Open(machine, site =>
        {
            site["usb"] = new JsonArray("keypad 030101 id=0627:0001");
            Ui(site)["keypad"] = Keypad;
        });
        machine.Plug("network");
        Assert.Equal("0", Authorized(machine, "network adapter"));
        Assert.Equal("", machine.Shell("ls /sys/class/net | grep -v -e '^lo$' -e '^e' || true").Trim());
        machine.Plug("reader");
        Assert.Equal("0", Authorized(machine, "second reader"));
        machine.Plug("keyboard");
        machine.Shell($"n=0; until [ -e {Keypad} ]; do n=$((n + 1)); [ $n -lt 60 ] || exit 1; sleep 1; done");
        // The kiosk's own account reads it, and nobody else does.
        machine.Shell("n=0; until ls -l /proc/$(systemctl show -P MainPID kiosk.service)/fd | grep -q /dev/input/event; do " +
            "n=$((n + 1)); [ $n -lt 60 ] || exit 1; sleep 1; done");
        Assert.Equal("440 kiosk", machine.Shell($"stat -L -c '%a %G' {Keypad}").Trim());
        Assert.Contains("LIBINPUT_IGNORE_DEVICE=1", machine.Shell($"udevadm info {Keypad}"), StringComparison.Ordinal);
        clinic.Until("Idle");
        clinic.Visit();
    }

    private static Clinic Open(Machine machine, Action<JsonNode>? change = null) => Clinic.Open(machine, First, site =>
    {
        Ui(site)["touch"] = "QEMU USB Tablet";
        change?.Invoke(site);
    });

    private static JsonNode Ui(JsonNode site) => site["ui"] ??= new JsonObject();

    /// <summary>"0" when the device that was plugged in last is switched off.</summary>
    private static string Authorized(Machine machine, string what)
    {
        string last = machine.Shell("sleep 10; ls -td /sys/bus/usb/devices/[0-9]*-[0-9]* | grep -v : | head -n 1").Trim();
        Assert.NotEqual("", last);
        string authorized = machine.Shell($"cat {last}/authorized").Trim();
        Assert.True(authorized is "0" or "1", $"{what}: {authorized}");
        return authorized;
    }

    private static void UntilPart(Clinic clinic, string part, string code)
    {
        string seen = "no answer";
        for (Stopwatch since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(15); Thread.Sleep(TimeSpan.FromSeconds(2)))
        {
            using JsonDocument? health = clinic.Health();
            if (health is null) continue;
            JsonElement[] devices = [.. health.RootElement.GetProperty("devices").EnumerateArray()];
            seen = string.Join(' ', devices.Select(d => $"{d.GetProperty("name")}={d.GetProperty("code")}"));
            if (devices.Any(d => d.GetProperty("name").GetString() == part && d.GetProperty("code").GetString() == code)) return;
        }
        Assert.Fail($"the part {part} did not become '{code}': {seen}");
    }

    private static string State(Clinic clinic)
    {
        using JsonDocument? health = clinic.Health();
        return health!.RootElement.GetProperty("state").GetString()!;
    }
}
