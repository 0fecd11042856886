using Kiosk.App.Benches;
using Kiosk.Core.Failures;
using Kiosk.Devices.Board;

namespace Kiosk.Tests.Hardware;

public sealed class ProfileTests
{
    private static readonly string _folder = Path.Combine(Golden.Root(), "hardware");
    private static readonly string[] _statistics = ["count", "sum", "mean", "min", "p50", "p95", "p99", "max"];

    public static TheoryData<string> Classes => [.. DeviceClass.All];

    [Fact]
    public void Each_folder_is_a_class_and_each_class_has_its_folder() =>
        Assert.Equal(DeviceClass.All.Order(StringComparer.Ordinal), Directory.GetDirectories(_folder).Select(d => Path.GetFileName(d)!)
            .Where(d => d != "hil").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_profile_is_whole_and_its_limits_can_be_judged(string name)
    {
        DeviceProfile profile = DeviceProfile.ForClass(name);
        Assert.Equal(name, profile.Class);
        Assert.NotEmpty(profile.Drivers);
        Assert.NotEmpty(profile.Sources);
        Assert.NotEmpty(profile.Checklist);
        Assert.All(profile.Limits, limit =>
        {
            Assert.Contains(limit.Statistic, _statistics);
            Assert.NotEmpty(limit.Why);
            Assert.True(limit.Min is not null || limit.Max is not null, $"{limit.Metric}: neither min nor max");
        });
        Assert.All(profile.Checklist.Where(item => item.State is ChecklistState.Exempt), item => Assert.NotEmpty(item.Why));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_readme_tells_what_its_profile_tells(string name)
    {
        DeviceProfile profile = DeviceProfile.ForClass(name);
        string readme = File.ReadAllText(Path.Combine(_folder, name, "README.md"));
        Assert.Contains(profile.Japanese, readme, StringComparison.Ordinal);
        Assert.Contains(profile.Interface, readme, StringComparison.Ordinal);
        Assert.All(profile.Sources, source => Assert.Contains(source, readme, StringComparison.Ordinal));
        Assert.All(profile.Checklist, item =>
            Assert.Contains($"| {item.Item} | {item.State.ToString().ToLowerInvariant()} |", readme, StringComparison.Ordinal));
        if (profile.Udev.Length > 0) Assert.Contains(profile.Udev, readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_a_bench_file_is_one() =>
        Assert.Equal([DeviceClass.ContactlessReader, DeviceClass.FaceCamera], DeskFile.Load(Path.Combine(_folder, "bench.example.json"))
            .Devices.Select(d => d.Class));

    [Theory]
    [InlineData("""{"name":"d","environment":"","devices":[{"class":"toaster"}]}""", "toaster")]
    [InlineData("""{"name":"d","environment":"","devices":[{"class":"tamper","driver":"magic"}]}""", "magic")]
    [InlineData("""{"name":"d","environment":"","devises":[]}""", "devises")]
    [InlineData("""{"name":"d","environment":""}""", "devices")]
    [InlineData("nonsense", "line 1")]
    public void A_wrong_bench_file_is_told_by_its_name_and_what_is_wrong(string text, string named)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        FailureException wrong = Assert.Throws<FailureException>(() => DeskFile.Load(file));
        Assert.Equal(Failure.ConfigBroken, wrong.Failure);
        Assert.Contains(file, wrong.Detail, StringComparison.Ordinal);
        Assert.Contains(named, wrong.Message + wrong.InnerException?.Message, StringComparison.Ordinal);
        File.Delete(file);
    }
}
