using System.Runtime.InteropServices;
using Kiosk.Core.Failures;
using Kiosk.Devices.Camera;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

/// <summary>The stream of a camera whose driver is a fake: damaged frames, silence, a cable that is pulled, a read that blocks.</summary>
public sealed class CaptureStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Single_damaged_frames_are_dropped_and_counted_and_the_stream_goes_on()
    {
        using FakeSource source = new(n => n % 60 != 7);
        // A clock that stands still: a busy machine that gives no frame for a second must not end this stream.
        await using CaptureStream stream = new("cam", source, () => true, new FakeTimeProvider());
        using CancellationTokenSource stop = new(Patience);
        using CameraFrame frame = new();
        while (frame.Dropped < 3) await stream.NextAsync(frame, stop.Token);
        Assert.True(frame.Number > 60);
        // Every frame that a reader sees is a whole one.
        Assert.InRange(frame.Bgr[0], 1, 255);
    }

    [Theory]
    [InlineData(true, Failure.CameraDamaged)]
    [InlineData(false, Failure.CameraMissing)]
    public async Task A_second_of_damaged_frames_is_a_damaged_picture_or_a_missing_camera_as_the_device_file_says(bool isThere, Failure why)
    {
        using FakeSource source = new(n => n < 5);
        await using CaptureStream stream = new("cam", source, () => isThere, TimeProvider.System);
        Assert.Equal(why, (await LostAsync(stream)).Failure);
    }

    [Fact]
    public async Task A_camera_that_never_gives_a_whole_frame_is_a_damaged_picture()
    {
        using FakeSource source = new(_ => false);
        await using CaptureStream stream = new("cam", source, () => true, TimeProvider.System);
        FailureException lost = await LostAsync(stream);
        Assert.Equal(Failure.CameraDamaged, lost.Failure);
        Assert.Contains("dropped", lost.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, Failure.CameraDamaged)]
    [InlineData(false, Failure.CameraMissing)]
    public async Task A_read_that_blocks_is_noticed_and_ends_neither_the_stream_nor_the_next_one_late(bool isThere, Failure why)
    {
        using FakeSource stuck = new(_ => true) { BlockFrom = 3 };
        CaptureStream stream = new("cam", stuck, () => isThere, TimeProvider.System);
        Assert.Equal(why, (await LostAsync(stream)).Failure);
        await stream.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.False(stuck.IsClosed);

        // The camera has come back under another number while the old read still blocks.
        using FakeSource back = new(_ => true);
        await using CaptureStream next = new("cam", back, () => true, new FakeTimeProvider());
        using CancellationTokenSource stop = new(Patience);
        using CameraFrame frame = new();
        await next.NextAsync(frame, stop.Token);

        stuck.Release();
        // The old node is closed as soon as the read ends, by the thread that reads.
        Assert.True(SpinWait.SpinUntil(() => stuck.IsClosed, Patience));
    }

    [SkippableFact]
    public void OpenCV_waits_one_second_for_a_frame_and_holds_the_device_file_no_longer()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "V4L2 is Linux");
        OpenCvSource.LimitWait();
        Assert.Equal("1", CVariable(OpenCvSource.WaitVariable));
    }

    [Fact]
    public void A_whole_JPEG_is_taken_with_padding_behind_it()
    {
        byte[] jpeg = Jpeg();
        Assert.Equal(jpeg.Length, MotionJpeg.Length(jpeg));
        Assert.Equal(jpeg.Length, MotionJpeg.Length([.. jpeg, .. new byte[500]]));
        byte[] padded = [.. jpeg, .. new byte[500]];
        using Mat raw = Mat.FromArray(padded), bgr = new();
        Assert.True(OpenCvSource.Decode(raw, bgr));
        Assert.Equal((64, 48), (bgr.Width, bgr.Height));
    }

    [Fact]
    public void A_JPEG_that_is_cut_off_anywhere_is_damaged()
    {
        byte[] jpeg = Jpeg();
        for (int length = 0; length < jpeg.Length; length++)
        {
            Assert.Equal(0, MotionJpeg.Length(jpeg.AsSpan(0, length)));
            // The rest of the driver's buffer is zeros.
            byte[] padded = new byte[jpeg.Length];
            jpeg.AsSpan(0, length).CopyTo(padded);
            Assert.Equal(0, MotionJpeg.Length(padded));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_JPEG_with_a_broken_start_is_damaged(int at)
    {
        byte[] jpeg = Jpeg();
        jpeg[at] ^= 0x55;
        Assert.Equal(0, MotionJpeg.Length(jpeg));
    }

    [Fact]
    public void A_JPEG_into_which_the_next_one_runs_is_damaged()
    {
        byte[] jpeg = Jpeg();
        byte[] both = [.. jpeg[..(jpeg.Length / 2)], .. jpeg];
        // The second picture's start is no part of the first one's scan.
        Assert.Equal(0, MotionJpeg.Length(both));
        using Mat raw = Mat.FromArray(both), bgr = new();
        Assert.False(OpenCvSource.Decode(raw, bgr));
    }

    /// <summary>As the C library sees it, which is what OpenCV asks.</summary>
    private static string? CVariable(string name)
    {
        nint getenv = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getenv");
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        string? value = Marshal.PtrToStringUTF8(Marshal.GetDelegateForFunctionPointer<Getenv>(getenv)(text));
        Marshal.FreeCoTaskMem(text);
        return value;
    }

    private delegate nint Getenv(nint name);

    private static byte[] Jpeg()
    {
        using Mat picture = new(48, 64, MatType.CV_8UC3);
        Cv2.Randu(picture, Scalar.All(0), Scalar.All(255));
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg);
        return jpeg;
    }

    private static async Task<FailureException> LostAsync(CaptureStream stream)
    {
        using CancellationTokenSource stop = new(Patience);
        using CameraFrame frame = new();
        return await Assert.ThrowsAsync<FailureException>(async () =>
        {
            while (true) await stream.NextAsync(frame, stop.Token);
        });
    }

    /// <param name="whole">Whether frame N, from 0, is whole.</param>
    private sealed class FakeSource(Func<int, bool> whole) : IFrameSource
    {
        private volatile bool _released, _closed;
        private int _reads;

        public int BlockFrom { get; init; } = int.MaxValue;

        public bool IsClosed => _closed;

        public long Captured => 0;

        public void Release() => _released = true;

        public bool TryRead(Mat bgr)
        {
            int now = _reads++;
            if (now >= BlockFrom)
            {
                while (!_released) Thread.Sleep(TimeSpan.FromMilliseconds(5));
                return false;
            }
            Thread.Sleep(TimeSpan.FromMilliseconds(2));
            if (!whole(now)) return false;
            bgr.Create(48, 64, MatType.CV_8UC3);
            // Noise, because identical frames are a fault of their own.
            Cv2.Randu(bgr, Scalar.All(20), Scalar.All(250));
            return true;
        }

        public void Dispose()
        {
            _closed = true;
            _released = true;
        }
    }
}
