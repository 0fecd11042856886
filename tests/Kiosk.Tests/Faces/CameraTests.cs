using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

public sealed class CameraTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("recording").FullName;

    [Fact]
    public async Task A_folder_of_pictures_runs_as_a_camera_from_the_beginning_again_and_again()
    {
        Paint(4);
        using CancellationTokenSource stop = new(Patience);
        HashSet<byte> seen = [];
        await using ICameraStream stream = await new FileCamera(_folder, TimeProvider.System).OpenAsync(stop.Token);
        using CameraFrame frame = new();
        // Frames nobody asked for are dropped, so a busy machine may need several rounds.
        while (seen.Count < 4 || frame.Number < 9)
        {
            await stream.NextAsync(frame, stop.Token);
            seen.Add(frame.Bgr[0]);
        }

        Assert.Equal(new byte[] { 40, 80, 120, 160 }, seen.Order());
    }

    [Fact]
    public async Task A_video_runs_as_a_camera()
    {
        string file = Path.Combine(_folder, "film.avi");
        using (VideoWriter writer = new(file, VideoWriter.FourCC('M', 'J', 'P', 'G'), 30, new Size(320, 240)))
        {
            for (int i = 0; i < 6; i++)
            {
                using Mat picture = new(240, 320, MatType.CV_8UC3, Scalar.All(60 + (20 * i)));
                writer.Write(picture);
            }
        }

        using CancellationTokenSource stop = new(Patience);
        await using ICameraStream stream = await new FileCamera(file, TimeProvider.System).OpenAsync(stop.Token);
        using CameraFrame frame = new();
        while (frame.Number < 8) await stream.NextAsync(frame, stop.Token);
        Assert.InRange(frame.Bgr[0], 50, 180);
    }

    [Theory]
    [InlineData(130, "frozen")]
    [InlineData(0, "black")]
    public async Task A_camera_that_repeats_itself_or_sees_nothing_is_missing(byte luma, string why)
    {
        Paint(1, luma);
        FailureException failure = await FaultAsync(_folder);
        Assert.Equal(Failure.CameraMissing, failure.Failure);
        Assert.EndsWith(why, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_that_is_not_there_or_no_recording_is_named()
    {
        Assert.Contains("no such", (await FaultAsync(Path.Combine(_folder, "none"))).Detail, StringComparison.Ordinal);
        string text = Path.Combine(_folder, "film.txt");
        await File.WriteAllTextAsync(text, "no film");
        Assert.Contains("neither a video nor a folder", (await FaultAsync(text)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_noisy_dark_room_and_an_exposure_that_settles_are_no_faults()
    {
        FreezeWatch watch = new();
        byte[] frame = new byte[CameraFrame.Width * CameraFrame.Height * 3];
        for (int i = 0; i < 60; i++) Assert.Null(watch.Fault(frame));
        for (int i = 0; i < 300; i++)
        {
            new Random(i).NextBytes(frame);
            for (int at = 0; at < frame.Length; at++) frame[at] = (byte)(frame[at] % 20);
            Assert.Null(watch.Fault(frame));
        }
    }

    [Fact]
    public async Task When_the_stream_is_closed_what_it_held_is_gone()
    {
        Paint(3);
        using CancellationTokenSource stop = new(Patience);
        ICameraStream stream = await new FileCamera(_folder, TimeProvider.System).OpenAsync(stop.Token);
        CameraFrame frame = new();
        await stream.NextAsync(frame, stop.Token);
        await stream.DisposeAsync();
        Assert.Equal(Failure.CameraMissing, (await Assert.ThrowsAsync<FailureException>(async () =>
        {
            while (true) await stream.NextAsync(frame, stop.Token);
        })).Failure);
        frame.Dispose();
        Assert.False(frame.Bgr.ContainsAnyExcept((byte)0));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Paint(int pictures, byte? luma = null)
    {
        for (int i = 0; i < pictures; i++)
        {
            using Mat picture = new(480, 640, MatType.CV_8UC3, Scalar.All(luma ?? (40 * (i + 1))));
            Cv2.ImWrite(Path.Combine(_folder, $"{i:D3}.png"), picture);
        }
    }

    private static async Task<FailureException> FaultAsync(string path)
    {
        using CancellationTokenSource stop = new(Patience);
        return await Assert.ThrowsAsync<FailureException>(async () =>
        {
            await using ICameraStream stream = await new FileCamera(path, TimeProvider.System).OpenAsync(stop.Token);
            using CameraFrame frame = new();
            while (true) await stream.NextAsync(frame, stop.Token);
        });
    }
}
