using Kiosk.Core.Failures;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Temperature;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Tests.Hardware;

/// <summary>The sensors on I2C, register by register.</summary>
public sealed class I2cSensorTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>Lux are 2^exponent x mantissa x 0.045; exponent 15 is an overrange (MAX44009 datasheet, lux registers).</summary>
    [Theory]
    [InlineData(0xA3, 0x05, 2442.24)]
    [InlineData(0x00, 0x01, 0.045)]
    [InlineData(0xEF, 0x0F, 188006.4)]
    [InlineData(0xFF, 0x0F, null)]
    public async Task A_MAX44009_is_read_and_its_overrange_is_told(byte high, byte low, double? lux)
    {
        FakeI2c i2c = new() { Registers = { [0x03] = [high, low] } };
        using LightSensor sensor = new(LightChip.Max44009, i2c, _time);
        await Expect(lux, sensor);
        Assert.Equal([[0x02, 0xC3], [0x03]], i2c.Written);
    }

    /// <summary>One case for each part of the datasheet's formula, darkness, and each saturated channel.</summary>
    [Theory]
    [InlineData(1000, 200, 1519.3)]
    [InlineData(1000, 550, 340.3)]
    [InlineData(1000, 700, 133.0)]
    [InlineData(1000, 1000, 21.6)]
    [InlineData(1000, 2000, 0.0)]
    [InlineData(0, 0, 0.0)]
    [InlineData(37177, 200, null)]
    [InlineData(1000, 37177, null)]
    public async Task A_TSL2561_is_calculated_from_both_bytes_of_both_channels(ushort broadband, ushort infrared, double? lux)
    {
        FakeI2c i2c = new()
        {
            Registers =
            {
                [0xAC] = [(byte)broadband, (byte)(broadband >> 8)],
                [0xAE] = [(byte)infrared, (byte)(infrared >> 8)],
            },
        };
        using LightSensor sensor = new(LightChip.Tsl2561, i2c, _time);
        await Expect(lux, sensor);
        Assert.Equal([[0x80, 0x03], [0x81, 0x01], [0xAC], [0xAE]], i2c.Written);
    }

    [Theory]
    [InlineData(0xE8, 0x03, 100.0)]
    [InlineData(0x00, 0x00, 0.0)]
    [InlineData(0xFF, 0xFF, null)]
    public async Task A_VCNL4040_is_switched_on_and_read(byte low, byte high, double? lux)
    {
        FakeI2c i2c = Vcnl4040Chip();
        i2c.Registers[0x09] = [low, high];
        using LightSensor sensor = new(LightChip.Vcnl4040, i2c, _time);
        await Expect(lux, sensor);
        // ALS_SD is 0: the light part is on. PS_SD is 1: the proximity part is off.
        Assert.Equal(0, i2c.Registers[0x00][0] & 1);
        Assert.Equal(1, i2c.Registers[0x03][0] & 1);
    }

    [Fact]
    public async Task Another_chip_at_the_address_of_a_VCNL4040_is_a_missing_device()
    {
        FakeI2c i2c = Vcnl4040Chip();
        i2c.Registers[0x0C] = [0x34, 0x02];
        using LightSensor sensor = new(LightChip.Vcnl4040, i2c, _time);
        FailureException other = await Assert.ThrowsAsync<FailureException>(() => sensor.ReadLuxAsync(CancellationToken.None));
        Assert.Equal(Failure.BoardDeviceMissing, other.Failure);
        Assert.Contains("VCNL4040", other.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_light_sensor_that_was_pulled_is_a_failure_and_is_set_up_again_when_it_is_back()
    {
        foreach (LightChip kind in (LightChip[])[LightChip.Bh1750, LightChip.Max44009, LightChip.Tsl2561, LightChip.Vcnl4040])
        {
            FakeI2c i2c = Vcnl4040Chip();
            foreach (byte register in (byte[])[0x03, 0x09, 0x10, 0xAC, 0xAE]) i2c.Registers[register] = [0x10, 0x00];
            using (LightSensor sensor = new(kind, i2c, _time))
            {
                Assert.NotNull(await _time.ThroughAsync(sensor.ReadLuxAsync(CancellationToken.None)));
                byte[][] first = [.. i2c.Written];
                i2c.IsGone = true;
                FailureException gone = await Assert.ThrowsAsync<FailureException>(() => sensor.ReadLuxAsync(CancellationToken.None));
                Assert.Equal(Failure.BoardDeviceMissing, gone.Failure);
                i2c.IsGone = false;
                i2c.Written.Clear();
                Assert.NotNull(await _time.ThroughAsync(sensor.ReadLuxAsync(CancellationToken.None)));
                Assert.Equal(first, i2c.Written);
                Assert.False(i2c.IsDisposed);
            }

            Assert.True(i2c.IsDisposed);
        }
    }

    /// <summary>LM75: 9 bits, 0.5 °C; compatible ones have 11 bits.</summary>
    [Theory]
    [InlineData(0x19, 0x00, 25.0)]
    [InlineData(0x19, 0x80, 25.5)]
    [InlineData(0xE7, 0x00, -25.0)]
    [InlineData(0x80, 0x00, null)]
    public void An_LM75_is_read_and_a_senseless_value_is_refused(byte high, byte low, double? celsius)
    {
        FakeI2c i2c = new() { Registers = { [0x01] = [0x01], [0x00] = [high, low] } };
        Expect(celsius, new I2cThermometer("LM75", () => i2c, I2cThermometer.Lm75));
        // A chip in shutdown is woken.
        Assert.Equal([0x00], i2c.Registers[0x01]);
        Assert.True(i2c.IsDisposed);
    }

    /// <summary>MCP9808: 1/16 °C, bit 12 is the sign; the three bits above are alarms.</summary>
    [Theory]
    [InlineData(0xC1, 0x94, 25.25)]
    [InlineData(0x1F, 0xF0, -1.0)]
    [InlineData(0xFF, 0xFF, null)]
    public void An_MCP9808_is_read_and_a_senseless_value_is_refused(byte high, byte low, double? celsius)
    {
        FakeI2c i2c = new() { Registers = { [0x01] = [0x01, 0x00], [0x06] = [0x00, 0x54], [0x07] = [0x04, 0x00], [0x05] = [high, low] } };
        Expect(celsius, new I2cThermometer("MCP9808", () => i2c, I2cThermometer.Mcp9808));
        Assert.Equal([0x00, 0x00], i2c.Registers[0x01]);
    }

    [Fact]
    public void Another_chip_at_the_address_of_an_MCP9808_is_not_read()
    {
        FakeI2c i2c = new() { Registers = { [0x01] = [0, 0], [0x06] = [0x00, 0x55], [0x07] = [0x04, 0x00], [0x05] = [0xC1, 0x94] } };
        Expect(null, new I2cThermometer("MCP9808", () => i2c, I2cThermometer.Mcp9808));
    }

    /// <summary>BE EF has the checksum 92 (Sensirion SHT4x datasheet, "Checksum Calculation"); -45 + 175 x value / 65,535 °C.</summary>
    [Theory]
    [InlineData(0xBE, 0xEF, 0x92, 85.52)]
    [InlineData(0xBE, 0xEF, 0x93, null)]
    public void An_SHT4x_is_read_and_a_wrong_checksum_is_refused(byte high, byte low, byte check, double? celsius)
    {
        FakeI2c i2c = new() { Registers = { [0xFD] = [high, low, check, 0xBE, 0xEF, 0x92] } };
        Expect(celsius, new I2cThermometer("SHT4x", () => i2c, I2cThermometer.Sht4x));
        Assert.Equal([[0x94], [0xFD]], i2c.Written);
    }

    [Fact]
    public void A_thermometer_that_was_pulled_is_read_again_when_it_is_back()
    {
        FakeI2c i2c = new() { Registers = { [0x01] = [0x00], [0x00] = [0x19, 0x00] }, IsGone = true };
        I2cThermometer sensor = new("LM75", () => i2c, I2cThermometer.Lm75);
        Expect(null, sensor);
        i2c.IsGone = false;
        Expect(25.0, sensor);
    }

    [Fact]
    public void A_VL53L0X_tells_who_comes_near_and_who_leaves()
    {
        FakeRegisters chip = Vl53L0XChip(900);
        List<bool> told = [];
        DistancePresence presence = new("VL53L0X", chip, DistancePresence.Vl53L0X, _time);
        presence.Changed += told.Add;
        Assert.True(presence.IsSomebodyThere);
        // Between the two limits nothing changes; 8190 and 8191 are out of reach, 0 is no measurement.
        foreach ((ushort millimetres, bool there) in ((ushort, bool)[])
            [(1100, true), (1300, false), (1100, false), (950, true), (8190, false), (999, true), (0, false), (8191, false)])
        {
            chip.Set(0x1E, millimetres);
            _time.Advance(DistancePresence.Period);
            Assert.Equal(there, presence.IsSomebodyThere);
        }

        Assert.Equal([false, true, false, true, false], told);
        presence.Dispose();
        Assert.True(chip.IsDisposed);
        chip.Set(0x1E, 500);
        _time.Advance(DistancePresence.Period * 3);
        Assert.Equal(5, told.Count);
    }

    [Fact]
    public void A_VL53L1X_tells_who_comes_near_and_counts_only_valid_measurements()
    {
        FakeRegisters chip = Vl53L1XChip(700);
        using DistancePresence presence = new("VL53L1X", chip, DistancePresence.Vl53L1X, _time);
        // The value in the chip may be older than the start.
        Assert.False(presence.IsSomebodyThere);
        _time.Advance(DistancePresence.Period);
        Assert.True(presence.IsSomebodyThere);
        // Status 4 is a weak signal, 7 a wrapped phase; 3 is none that the binding knows.
        foreach (byte status in (byte[])[4, 7, 3])
        {
            chip.Fixed[0x89] = status;
            _time.Advance(DistancePresence.Period);
            Assert.False(presence.IsSomebodyThere);
            chip.Fixed[0x89] = 9;
            _time.Advance(DistancePresence.Period);
            Assert.True(presence.IsSomebodyThere);
        }
    }

    [Fact]
    public void A_distance_sensor_that_stops_answering_is_a_failure_that_names_it()
    {
        FakeRegisters pulled = Vl53L0XChip(900), restarted = Vl53L1XChip(900);
        using DistancePresence first = new("VL53L0X", pulled, DistancePresence.Vl53L0X, _time);
        using DistancePresence second = new("VL53L1X", restarted, DistancePresence.Vl53L1X, _time);
        pulled.IsGone = true;
        restarted[0x87] = 0;
        _time.Advance(DistancePresence.Period);
        foreach ((DistancePresence presence, string name) in new[] { (first, "VL53L0X"), (second, "VL53L1X") })
        {
            FailureException gone = Assert.Throws<FailureException>(() => presence.IsSomebodyThere);
            Assert.Equal(Failure.BoardDeviceMissing, gone.Failure);
            Assert.Contains(name, gone.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_distance_sensor_that_is_not_there_is_a_failure_and_its_bus_is_closed()
    {
        FakeRegisters chip = new(1) { IsGone = true };
        Assert.Equal(Failure.BoardDeviceMissing,
            Assert.Throws<FailureException>(() => new DistancePresence("VL53L0X", chip, DistancePresence.Vl53L0X, _time)).Failure);
        Assert.True(chip.IsDisposed);
    }

    [Theory]
    [InlineData(DeviceClass.Presence, "vl53l0x", "i2c-1:0x29", true)]
    [InlineData(DeviceClass.Presence, "vl53l1x", "gpiochip0:17", false)]
    [InlineData(DeviceClass.Presence, "gpio", "i2c-1:0x29", false)]
    [InlineData(DeviceClass.Presence, "", "gpiochip0:17", true)]
    [InlineData(DeviceClass.Temperature, "lm75", "i2c-1:0x48", true)]
    [InlineData(DeviceClass.Temperature, "mcp9808", "", false)]
    [InlineData(DeviceClass.Temperature, "sht4x", "/sys/class/hwmon", false)]
    [InlineData(DeviceClass.Temperature, "sysfs", "", true)]
    [InlineData(DeviceClass.AmbientLight, "max44009", "i2c-1:0x4A", true)]
    [InlineData(DeviceClass.AmbientLight, "tsl2561", "i2c-1:0x80", false)]
    [InlineData(DeviceClass.AmbientLight, "tsl9999", "i2c-1:0x39", false)]
    public void A_driver_and_its_address_must_belong_together(string deviceClass, string driver, string address, bool allowed) =>
        Assert.Equal(allowed, DeviceProfile.Refuses(new DeviceEntry(deviceClass, driver, address)) is null);

    private static FakeI2c Vcnl4040Chip() => new() { Registers = { [0x0C] = [0x86, 0x01], [0x0B] = [0x00, 0x00] } };

    /// <summary>Register 83 tells that a part of the chip's memory can be read, 13 that a measurement is ready.</summary>
    private static FakeRegisters Vl53L0XChip(ushort millimetres)
    {
        FakeRegisters chip = new(1) { Fixed = { [0x83] = 1, [0x13] = 7 } };
        chip.Set(0x1E, millimetres);
        return chip;
    }

    /// <summary>Register E5 tells that the chip has started, 31 that a measurement is ready, 89 that it is valid (9).</summary>
    private static FakeRegisters Vl53L1XChip(ushort millimetres)
    {
        FakeRegisters chip = new(2) { Fixed = { [0xE5] = 3, [0x31] = 3, [0x89] = 9 } };
        chip.Set(0x96, millimetres);
        return chip;
    }

    private async Task Expect(double? lux, LightSensor sensor)
    {
        double? read = await _time.ThroughAsync(sensor.ReadLuxAsync(CancellationToken.None));
        Assert.Equal(lux is null, read is null);
        if (lux is double wanted) Assert.Equal(wanted, read!.Value, (wanted * 0.002) + 0.001);
    }

    private static void Expect(double? celsius, I2cThermometer sensor)
    {
        Assert.Equal(celsius is not null, sensor.TryRead(out double read));
        if (celsius is double wanted) Assert.Equal(wanted, read, 0.01);
    }
}
