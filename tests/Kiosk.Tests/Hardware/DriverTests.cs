using System.Device.Gpio;
using Kiosk.Core.Failures;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Buses;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Sound;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.Temperature;
using Kiosk.Devices.Watchdog;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Hardware;

public sealed class DriverTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>BH1750FVI technical note: 83 90 is 28,067 lx. Power on, reset, measurement time 69, continuous mode.</summary>
    [Theory]
    [InlineData(0x83, 0x90, 28066.67)]
    [InlineData(0x00, 0x00, 0.0)]
    [InlineData(0xFF, 0xFF, null)]
    public async Task A_BH1750_is_asked_as_its_datasheet_says(byte high, byte low, double? lux)
    {
        FakeI2c i2c = new() { Registers = { [0x10] = [high, low] } };
        using LightSensor sensor = new(LightChip.Bh1750, i2c, _time);
        double? read = await _time.ThroughAsync(sensor.ReadLuxAsync(CancellationToken.None));
        Assert.Equal(lux is null, read is null);
        if (lux is double wanted) Assert.Equal(wanted, read!.Value, 0.01);
        Assert.Equal([[0x01], [0x07], [0x42], [0x65], [0x10], [0x10]], i2c.Written);
    }

    /// <summary>Gain 1/8 and 100 ms: 0.5376 lx a count; above 1,000 lx the application note's polynomial lifts it.</summary>
    [Theory]
    [InlineData(0xE8, 0x03, 537.6)]
    [InlineData(0x10, 0x27, 6786.5)]
    [InlineData(0xFF, 0xFF, null)]
    public async Task A_VEML7700_is_woken_read_and_put_to_sleep(byte low, byte high, double? lux)
    {
        FakeI2c i2c = new() { Registers = { [0x04] = [low, high] } };
        using Veml7700 sensor = new(i2c, _time);
        double? read = await _time.ThroughAsync(sensor.ReadLuxAsync(CancellationToken.None));
        Assert.Equal(lux is null, read is null);
        if (lux is double wanted) Assert.Equal(wanted, read!.Value, wanted * 0.01);
        Assert.Equal([[0x00, 0x00, 0x10], [0x04], [0x00, 0x01, 0x10]], i2c.Written);
    }

    [Fact]
    public async Task A_sensor_that_does_not_answer_is_a_failure_that_names_it()
    {
        using LightSensor sensor = new(LightChip.Bh1750, new FakeI2c { IsGone = true }, _time);
        FailureException gone = await Assert.ThrowsAsync<FailureException>(() => sensor.ReadLuxAsync(CancellationToken.None));
        Assert.Equal(Failure.BoardDeviceMissing, gone.Failure);
        Assert.Contains("BH1750", gone.Detail, StringComparison.Ordinal);
    }

    /// <summary>Worldsemi WS2812B v5: green first, most significant bit first, a one is high two thirds of its time.</summary>
    [Fact]
    public void A_WS2812_gets_green_red_blue_and_its_pauses()
    {
        FakeSpi spi = new();
        Ws2812Light light = new(spi, 2);
        light.Show(0xFF, 0x00, 0x01);
        string bits = string.Concat(spi.Written[0].Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        string zero = string.Concat(Enumerable.Repeat("100", 8)), one = string.Concat(Enumerable.Repeat("110", 8));
        string pixel = zero + one + string.Concat(Enumerable.Repeat("100", 7)) + "110";
        Assert.Equal(pixel + pixel, bits.Trim('0') + new string('0', (pixel.Length * 2) - bits.Trim('0').Length));
        // At 2.4 MHz a pause of 280 us is 84 bytes.
        Assert.True(spi.Written[0].Reverse().TakeWhile(b => b == 0).Count() >= 84);
        light.Dispose();
        Assert.DoesNotContain("11", string.Concat(spi.Written[1].Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))),
            StringComparison.Ordinal);
        Assert.True(spi.IsDisposed);
    }

    [Fact]
    public void A_plain_LED_is_as_bright_as_the_brightest_part_of_the_colour()
    {
        FakePwm pwm = new();
        using (PwmLight light = new(pwm))
        {
            light.Show(51, 0, 0);
            light.Show(0, 255, 0);
            Assert.Equal(1, pwm.DutyCycle);
        }
        Assert.Equal(["on 1000 Hz 0.20", "off", "disposed"], pwm.Done);
    }

    [Fact]
    public async Task A_buzzer_plays_notes_and_pauses_and_is_silent_afterwards()
    {
        FakePwm pwm = new();
        PwmBuzzer buzzer = new(pwm, _time);
        await _time.ThroughAsync(buzzer.PlayAsync([new Note(2000, 100), new Note(0, 50), new Note(2400, 100)], CancellationToken.None));
        Assert.Equal(["on 2000 Hz 0.50", "off", "off", "on 2400 Hz 0.50", "off", "off"], pwm.Done);
    }

    [Fact]
    public void A_line_counts_once_it_has_stood()
    {
        FakeGpio chip = new();
        List<bool> told = [];
        using GpioInput line = new(new GpioController(chip), 3, activeLow: false, TimeSpan.FromMilliseconds(30), _time);
        line.Changed += told.Add;
        // Bounce: three edges within 10 ms.
        foreach (PinValue level in (PinValue[])[PinValue.High, PinValue.Low, PinValue.High])
        {
            chip.Set(3, level);
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }
        Assert.Empty(told);
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Assert.Equal([true], told);
        // A spike that is over before it has stood.
        chip.Set(3, PinValue.Low);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        chip.Set(3, PinValue.High);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true], told);
    }

    [Fact]
    public void A_shut_case_is_low_and_an_open_one_or_a_cut_wire_high()
    {
        FakeGpio chip = new();
        List<bool> told = [];
        GpioTamperSwitch tamper = new(new GpioInput(new GpioController(chip), 0, activeLow: true, GpioTamperSwitch.DebounceTime, _time));
        tamper.Changed += told.Add;
        Assert.Equal(PinMode.InputPullUp, chip.ModeOf(0));
        Assert.False(tamper.IsOpen);
        chip.Set(0, PinValue.High);
        _time.Advance(GpioTamperSwitch.DebounceTime);
        Assert.True(tamper.IsOpen);
        Assert.Equal([true], told);
        tamper.Dispose();
        Assert.False(chip.IsWatched(0));
    }

    [Fact]
    public void A_presence_sensor_is_not_believed_in_its_first_minute()
    {
        FakeGpio chip = new();
        List<bool> told = [];
        using GpioPresence presence = new(new GpioInput(new GpioController(chip), 1, activeLow: false, TimeSpan.Zero, _time), _time);
        presence.Changed += told.Add;
        chip.Set(1, PinValue.High);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(presence.IsSomebodyThere);
        _time.Advance(GpioPresence.WarmUp);
        Assert.True(presence.IsSomebodyThere);
        chip.Set(1, PinValue.Low);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([false], told);
    }

    [Theory]
    [InlineData("41500\n", 41.5)]
    [InlineData("-5000", -5.0)]
    [InlineData("-274000", null)]
    [InlineData("", null)]
    [InlineData("hot", null)]
    public void A_thermometer_reads_millidegrees_and_nothing_senseless(string text, double? celsius)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        Assert.Equal(celsius is not null, new SysfsThermometer(file).TryRead(out double read));
        if (celsius is double wanted) Assert.Equal(wanted, read);
        File.Delete(file);
        Assert.False(new SysfsThermometer(file).TryRead(out _));
    }

    [Fact]
    public void A_thermal_zone_comes_before_hwmon_and_a_dead_one_is_passed_over()
    {
        string sys = Directory.CreateTempSubdirectory("kiosk-sys-").FullName;
        foreach ((string folder, string name, string text) in new[] { ("class/thermal/thermal_zone0", "temp", "-274000"),
            ("class/hwmon/hwmon0", "temp1_input", "52000") })
        {
            Directory.CreateDirectory(Path.Combine(sys, folder));
            File.WriteAllText(Path.Combine(sys, folder, name), text);
        }
        Assert.EndsWith("hwmon0/temp1_input", SysfsThermometer.Find(sys)!.Name, StringComparison.Ordinal);
        Directory.Delete(sys, recursive: true);
    }

    [Fact]
    public void A_watchdog_is_set_pinged_and_closed_in_good_order()
    {
        FakeWatchdogFile file = new() { Takes = 32 };
        LinuxWatchdog watchdog = new(file, TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(32), watchdog.Timeout);
        watchdog.Ping();
        watchdog.Dispose();
        Assert.Equal(["C0045706 30", "80045707 0", "80045705 0", "write V", "close"], file.Done);
    }

    [Fact]
    public void A_watchdog_that_does_not_take_a_ping_is_a_failure() =>
        Assert.Equal(Failure.BoardDeviceMissing,
            Assert.Throws<FailureException>(new LinuxWatchdog(new FakeWatchdogFile { IsGone = true }, TimeSpan.FromSeconds(30))
            .Ping).Failure);

    [Theory]
    [InlineData("gpiochip0")]
    [InlineData("gpio0:1")]
    [InlineData("gpiochip0:1:2")]
    [InlineData("")]
    public void A_wrong_address_says_what_is_expected(string address) =>
        Assert.Equal(Failure.ConfigBroken, Assert.Throws<FailureException>(() => BoardAddress.Gpio(address)).Failure);

    [Fact]
    public void A_latch_is_a_file_that_outlives_the_program()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kiosk-latch-").FullName, "tamper.latch");
        new TamperLatch(file).Set();
        Assert.True(new TamperLatch(file).IsSet);
        new TamperLatch(file).Release();
        Assert.False(new TamperLatch(file).IsSet);
        Directory.Delete(Path.GetDirectoryName(file)!);
    }
}
