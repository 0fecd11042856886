using System.Text.Json;
using Kiosk.App.Benches;
using Kiosk.Devices.Board;
using Kiosk.Devices.Light;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Benches;

/// <summary><c>bench record</c>: pictures of a face reach the disk only after the person agreed.</summary>
public sealed class FaceRecorderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-record-");
    private readonly SimulatedPeople _people = new();
    private readonly Lamp _lamp = new();

    public void Dispose()
    {
        _people.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("")]
    [InlineData("y")]
    [InlineData(null)]
    public async Task Without_a_yes_the_camera_stays_closed_and_nothing_is_written(string? answer)
    {
        (string? folder, string said) = await RecordAsync("live", answer);
        Assert.Null(folder);
        Assert.Contains("同意した場合だけ", said, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
        Assert.Empty(_lamp.Shown);
    }

    [Theory]
    [InlineData("live", "yes", "bonafide")]
    [InlineData("print-bent", "はい", "attacks/print-bent")]
    public async Task A_session_lies_where_the_pad_bench_reads_it_with_its_moments(string species, string answer, string under)
    {
        (string? folder, _) = await RecordAsync(species, answer);
        Assert.Equal(Path.Combine(_folder.FullName, under), Path.GetDirectoryName(folder));
        FaceRecorder.Session session = JsonSerializer.Deserialize<FaceRecorder.Session>(
            await File.ReadAllTextAsync(Path.Combine(folder!, "session.json")), JsonSerializerOptions.Web)!;
        Assert.Equal(session.Frames.Select(f => f.What), Directory.EnumerateFiles(folder!, "*.jpg").Select(Path.GetFileName).Order()!);
        Assert.InRange(session.Frames.Count, 1, 25);
        Assert.Equal(species, session.Species);
        Assert.Contains("look straight", session.Asked[0].What, StringComparison.Ordinal);
        Assert.Equal(_lamp.Shown[..^1], session.Light.Select(step => step.What));
        Assert.Equal("#000000", _lamp.Shown[^1]);
        // A picture, not an empty file: JPEG starts with FF D8.
        Assert.Equal([0xff, 0xd8], (await File.ReadAllBytesAsync(Path.Combine(folder!, session.Frames[0].What)))[..2]);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder!) & (UnixFileMode)0b111_111);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("")]
    [InlineData("Print")]
    public async Task A_species_that_is_no_folder_name_is_refused_before_anything_is_asked(string species)
    {
        ArgumentException wrong = await Assert.ThrowsAsync<ArgumentException>(() => RecordAsync(species, "yes"));
        Assert.Contains("--species", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    private async Task<(string? Folder, string Said)> RecordAsync(string species, string? answer)
    {
        CameraUnderTest tested = new(
            new SimulatedCamera(_people, TimeProvider.System) { Person = Person.Nobody },
            new(DeviceClass.FaceCamera, "simulated", "", "a camera", "", "", "", Simulated: true), null);
        using StringWriter said = new();
        FaceRecorder recorder = new(
            tested, _lamp, new(_folder.FullName, species, 15, 1.5), new StringReader(answer ?? ""), said, TimeProvider.System);
        return (await recorder.RunAsync(CancellationToken.None), said.ToString());
    }

    private sealed class Lamp : IStatusLight
    {
        public List<string> Shown { get; } = [];

        public void Show(byte red, byte green, byte blue) => Shown.Add($"#{red:x2}{green:x2}{blue:x2}");

        public void Dispose()
        {
        }
    }
}
