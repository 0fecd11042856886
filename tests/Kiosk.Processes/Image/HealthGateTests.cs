using System.Globalization;

namespace Kiosk.Processes.Image;

/// <summary>The script health, which keeps an update or lets it be rolled back, with fakes for the programs that it calls.</summary>
public sealed class HealthGateTests : IDisposable
{
    private const string Whole =
        /*lang=json,strict*/ """
        {"screen":true,"state":"Idle","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;
    private const string NoReader =
        /*lang=json,strict*/ """
        {"screen":true,"state":"OutOfService","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":"K601"}]}
        """;
    private const string NoLink =
        /*lang=json,strict*/ """
        {"screen":true,"state":"Offline","link":"K501",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;
    private const string NoPage =
        /*lang=json,strict*/ """
        {"screen":false,"state":"Idle","link":"",
        "devices":[{"name":"camera","code":""},{"name":"reader","code":""}]}
        """;

    private readonly DeviceRoot _device = new("1.1.0");

    public HealthGateTests()
    {
        // Without waits: a healthy version is good at once, an unhealthy one is given up at once.
        _device.Write("usr/lib/kiosk/health.env", "KIOSK_DWELL=0\nKIOSK_PATIENCE=0\n");
        _device.Write("run/kiosk/slot", "B\n");
        _device.Write("run/kiosk/provisioned", "");
        _device.Program("curl", "cat @/healthz");
        _device.Program("rauc", "echo \"rauc $*\" >>@/done");
        _device.Program("systemctl", "[ \"$2\" = is-active ] || [ \"$1\" = -q ] || echo \"systemctl $*\" >>@/done");
        foreach (string script in (string[])["boots", "data"]) _device.Program($"usr/lib/kiosk/{script}", $"echo \"{script} $*\" >>@/done");
    }

    public void Dispose() => _device.Dispose();

    [SkippableTheory]
    [InlineData("", NoReader)]
    [InlineData("1.0.0 camera reader link", NoReader)]
    [InlineData("1.1.0 camera link", NoReader)]
    [InlineData("1.1.0 camera reader link", Whole)]
    [InlineData("1.1.0 camera reader", NoLink)]
    public void A_version_is_kept_when_everything_works_that_worked_before_it(string before, string health)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq"), "needs a POSIX shell and jq");
        (int exit, string done, string console) = Gate(before, health);
        Assert.True(exit == 0, console);
        Assert.Equal("rauc status mark-good\nboots good\ndata keep\n", done);
        Assert.Contains("slot B version 1.1.0 marked good", console, StringComparison.Ordinal);
        Assert.True(File.Exists(_device.In("run/kiosk/good")));
        // Checked once: a part that fails later is no reason to give the version up.
        Assert.False(File.Exists(_device.In("var/lib/rauc/before")));
    }

    [SkippableTheory]
    [InlineData("1.1.0 camera reader link", NoReader, "reader")]
    [InlineData("1.1.0 camera reader link", NoLink, "link")]
    [InlineData("1.1.0 clock", Whole, "clock")]
    [InlineData("1.1.0 camera reader link", NoPage, "page")]
    public void A_version_under_which_a_part_stopped_working_is_given_up_with_the_reason(string before, string health, string missing)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Shell.Has("jq"), "needs a POSIX shell and jq");
        (int exit, string done, string console) = Gate(before, health);
        Assert.Equal(1, exit);
        Assert.Equal($"boots note B version 1.1.0 not healthy after 0 s: {missing} \nsystemctl --no-block reboot\n", done);
        Assert.Contains($"UNHEALTHY slot B version 1.1.0: {missing}", console, StringComparison.Ordinal);
        // The next of its three tries checks the same parts.
        Assert.True(File.Exists(_device.In("var/lib/rauc/before")));
    }

    [SkippableTheory]
    [InlineData("now", 0)]
    [InlineData("", 1)]
    [InlineData("0", 1)]
    [InlineData("99999999999999999999", 1)]
    [InlineData("$(touch x)", 1)]
    [InlineData("-1", 1)]
    public void An_unprovisioned_device_is_healthy_only_while_its_set_up_page_is_painted(string painted, int exit)
    {
        File.Delete(_device.In("run/kiosk/provisioned"));
        // Written, but not shown: the file of the page alone says nothing.
        _device.Write("run/kiosk-setup/index.html", "");
        _device.Write("run/kiosk-page/painted", painted == "now" ? Uptime() : painted);
        // A test machine that was just started: "0" is then not long ago.
        Skip.If(painted == "0" && int.Parse(Uptime(), CultureInfo.InvariantCulture) < 60, "this machine was started a minute ago");
        Assert.Equal(exit, Gate("", Whole).Exit);
    }

    [SkippableFact]
    public void The_set_up_page_tells_that_it_was_painted()
    {
        (int exit, string said) = _device.Run("setup-page/painted");
        Assert.True(exit == 0, said);
        Assert.InRange(int.Parse(_device.Text("run/kiosk-page/painted"), CultureInfo.InvariantCulture), 1, int.MaxValue);
        Assert.Contains("requestAnimationFrame", _device.Text("usr/lib/kiosk/setup.html"), StringComparison.Ordinal);
        Assert.Contains("/cgi-bin/painted", _device.Text("usr/lib/kiosk/setup.html"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_update_under_which_the_data_cannot_be_read_is_given_up_and_a_version_that_was_good_waits_and_says_so()
    {
        File.Delete(_device.In("run/kiosk/provisioned"));
        _device.Write("run/kiosk-page/painted", Uptime());
        _device.Write("run/kiosk/data-lost", "K632 the data partition cannot be read\n");
        (int exit, string done, _) = Gate("", Whole);
        Assert.Equal((0, "boots reset\n"), (exit, done));
        Assert.False(File.Exists(_device.In("run/kiosk/good")));

        _device.Write("sys/firmware/efi/efivars/LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", "");
        _device.Write("done", "");
        (exit, done, _) = Gate("", Whole);
        Assert.Equal(1, exit);
        Assert.Contains("boots note B version 1.1.0 not healthy after 0 s: data ", done, StringComparison.Ordinal);
    }

    private static string Uptime() => File.ReadAllText("/proc/uptime").Split('.')[0];

    private (int Exit, string Done, string Console) Gate(string before, string health)
    {
        if (before.Length > 0) _device.Write("var/lib/rauc/before", before + "\n");
        _device.Write("healthz", health);
        (int exit, string said) = _device.Run("health");
        return (exit, _device.Text("done"), _device.Console + said);
    }
}
