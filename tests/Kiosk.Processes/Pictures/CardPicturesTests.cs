using System.Diagnostics;
using Kiosk.App.Composition;
using Kiosk.App.Health;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Tests.Pictures;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace Kiosk.Processes.Pictures;

/// <summary>The decoding process itself, and children that do what a decoder taken over by its input would do.</summary>
public sealed class CardPicturesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CardPicturesOptions Real =>
        new(["dotnet", Path.Combine(AppContext.BaseDirectory, "kiosk.dll"), DecoderChild.Command], Patience, Patience);

    [Fact]
    public void Photo_and_name_come_back_from_the_other_process_and_it_is_kept()
    {
        using CardPictures pictures = new(Real, TimeProvider.System);
        byte[] jp2 = SamplePhoto.Jp2();
        using Mat here = CardPortrait.Decode(jp2);
        using Mat there = pictures.Photo(jp2);
        Assert.Equal(0, Cv2.Norm(here, there));
        int? child = pictures.ChildId;
        Assert.NotNull(child);

        using Secret name = Bytes(Name());
        using Secret anew = pictures.NamePng(name)!;
        using Mat drawn = Cv2.ImDecode(anew.Bytes, ImreadModes.Grayscale);
        Assert.Equal(new Size(264, 48), drawn.Size());
        Assert.Equal(1, anew.Bytes[24]);
        Assert.Equal(child, pictures.ChildId);
    }

    [SkippableFact]
    public async Task A_decoder_that_systemd_starts_for_each_connection_closes_itself_and_answers()
    {
        const string Activate = "/usr/bin/systemd-socket-activate";
        Skip.IfNot(File.Exists(Activate), "systemd-socket-activate is not installed");
        string folder = Directory.CreateTempSubdirectory("kiosk-decoder").FullName;
        string path = Path.Combine(folder, "socket");
        CardPicturesOptions options = Real with { Socket = path };
        using CardPictures missing = new(options, TimeProvider.System);
        Assert.Equal(Failure.PhotoUnreadable, Assert.Throws<FailureException>(() => missing.Photo(SamplePhoto.Jp2())).Failure);

        using Process owner = Process.Start(Activate,
            ["--accept", "--inetd", "--listen", path, .. Inherited("HOME", "DOTNET_ROOT"), .. options.Command]);
        try
        {
            using CancellationTokenSource late = new(Patience);
            while (!File.Exists(path)) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
            using CardPictures pictures = new(options, TimeProvider.System);
            byte[] jp2 = SamplePhoto.Jp2();
            using Mat here = CardPortrait.Decode(jp2);
            using Mat there = pictures.Photo(jp2);
            Assert.Equal(0, Cv2.Norm(here, there));
            using Secret name = Bytes(Name());
            pictures.NamePng(name)!.Dispose();
            Assert.False(pictures.NotConfined.IsCompleted, "the decoder could not close itself");

            using CardPictures second = new(options, TimeProvider.System);
            second.Photo(jp2).Dispose();
            pictures.Photo(jp2).Dispose();
        }
        finally
        {
            owner.Kill(entireProcessTree: true);
            await owner.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }

        static IEnumerable<string> Inherited(params string[] names) => names
            .Where(n => Environment.GetEnvironmentVariable(n) is not null)
            .SelectMany(n => (string[])["--setenv", n]);
    }

    [Fact]
    public void What_is_no_picture_is_refused_and_the_process_stays()
    {
        using CardPictures pictures = new(Real, TimeProvider.System);
        pictures.Photo(SamplePhoto.Jp2()).Dispose();
        int? child = pictures.ChildId;
        byte[] bad = [.. SamplePhoto.Jp2()[..100], .. new byte[300]];
        Assert.Equal(Failure.PhotoUnreadable, Assert.Throws<FailureException>(() => pictures.Photo(bad)).Failure);
        using Secret name = Bytes(bad);
        Assert.Null(pictures.NamePng(name));
        byte[] huge = Name();
        huge[16] = 0x7F; // width in IHDR
        using Secret flood = Bytes(huge);
        Assert.Null(pictures.NamePng(flood));
        Assert.Equal(child, pictures.ChildId);
    }

    [SkippableFact]
    public void It_has_given_up_files_cores_and_memory()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        using CardPictures pictures = new(Real, TimeProvider.System);
        pictures.Photo(SamplePhoto.Jp2()).Dispose();
        string[] limits = File.ReadAllLines($"/proc/{pictures.ChildId}/limits");
        Assert.Equal("0", Hard("Max file size"));
        Assert.Equal("0", Hard("Max core file size"));
        // What is open when everything is loaded, and 16. The usual limit is 1,024 or more.
        Assert.InRange(int.Parse(Hard("Max open files")), 3, 1000);
        Assert.InRange(long.Parse(Hard("Max data size")), 1L << 28, 4L << 30);
        Assert.Contains("NoNewPrivs:\t1", File.ReadAllText($"/proc/{pictures.ChildId}/status"), StringComparison.Ordinal);

        string Hard(string name) => limits.Single(l =>
            l.StartsWith(name, StringComparison.Ordinal))[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
    }

    [SkippableFact]
    public void Every_thread_of_it_has_the_system_call_filter()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && ConfinedTests.KernelHasFilters);
        using CardPictures pictures = new(Real, TimeProvider.System);
        pictures.Photo(SamplePhoto.Jp2()).Dispose();
        string[] threads = Directory.GetDirectories($"/proc/{pictures.ChildId}/task");
        Assert.NotEmpty(threads);
        Assert.All(threads, t => Assert.Contains("Seccomp:\t2", File.ReadAllText(t + "/status"), StringComparison.Ordinal));
        Assert.False(pictures.NotConfined.IsCompleted);
    }

    [SkippableFact]
    public void What_the_system_does_not_give_is_told_once_on_the_health_page_and_in_the_log()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        CardPicturesOptions options = new(
            ["/bin/sh", "-c", "printf 'U\\012a \\001filter\\012'; exec sleep 600"], Patience, TimeSpan.FromMilliseconds(300));
        using CardPictures pictures = new(options, TimeProvider.System);
        HealthBoard health = new();
        LogLines log = new();
        ConfiguredKiosk.FollowDecoder(pictures, health, log);
        Assert.Empty(health.Current.Devices);
        // Each picture costs a child, and each child says it again.
        for (int i = 0; i < 2; i++) Assert.Throws<FailureException>(() => pictures.Photo(SamplePhoto.Jp2()));
        Assert.True(SpinWait.SpinUntil(() => log.Written.Count == 1, Patience));
        Assert.Equal(new DeviceHealth("decoder", Failure.DecoderNotConfined, "without a filter"), Assert.Single(health.Current.Devices));
        Assert.Equal("233 the decoder of card pictures runs without: a filter", Assert.Single(log.Written));
    }

    [SkippableFact]
    public void A_decoder_that_nobody_serves_is_told_to_staff_and_tried_again_until_it_answers()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        string folder = Directory.CreateTempSubdirectory("kiosk-decoder").FullName;
        string program = Path.Combine(folder, "decoder"), script = Path.Combine(folder, "script");
        File.WriteAllText(script, "#!/bin/sh\nprintf R\nexec sleep 600\n");
        using (Process mode = Process.Start("chmod", ["+x", script])) mode.WaitForExit();
        FakeTimeProvider time = new();
        using CardPictures pictures = new(new([program], Patience, Patience), time);
        HealthBoard health = new();
        LogLines log = new();
        pictures.Start();
        Assert.True(SpinWait.SpinUntil(() => !pictures.IsAnswering, Patience));
        // The kiosk follows the decoder only after it has started it.
        ConfiguredKiosk.FollowDecoder(pictures, health, log);
        Assert.Equal(new DeviceHealth("decoder", Failure.DecoderMissing, ""), Assert.Single(health.Current.Devices));

        File.CreateSymbolicLink(program, script);
        time.Advance(CardPictures.Retry);
        Assert.True(SpinWait.SpinUntil(() => pictures.IsAnswering, Patience));
        Assert.True(SpinWait.SpinUntil(() => log.Written.Count == 2, Patience));
        Assert.Equal(new DeviceHealth("decoder", null, ""), Assert.Single(health.Current.Devices));
        Assert.Equal("235 the decoder of card pictures answers again", log.Written[^1]);
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public void A_child_that_was_killed_is_replaced_and_the_next_picture_opens()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        using CardPictures pictures = new(Real, TimeProvider.System);
        pictures.Photo(SamplePhoto.Jp2()).Dispose();
        int first = pictures.ChildId!.Value;
        using (System.Diagnostics.Process child = System.Diagnostics.Process.GetProcessById(first))
        {
            child.Kill();
            child.WaitForExit();
        }

        pictures.Photo(SamplePhoto.Jp2()).Dispose();
        Assert.NotEqual(first, pictures.ChildId);
    }

    [SkippableTheory]
    [InlineData("printf R; exec sleep 600")]
    [InlineData("printf R; head -c 5 >/dev/null; exit 139")]
    [InlineData("printf R; head -c 5 >/dev/null; printf '\\377\\377\\377\\177\\001\\000\\000\\000'; exec sleep 600")]
    [InlineData("printf R; head -c 5 >/dev/null; printf '\\100\\000\\000\\000\\100\\000\\000\\000short'; exit 0")]
    [InlineData("exit 70")]
    [InlineData("printf U; exit 0")]
    [InlineData("printf 'U\\377short'; exit 0")]
    [InlineData("printf 'U\\003abc'; exec sleep 600")]
    [InlineData("printf X; exec sleep 600")]
    public void A_child_that_hangs_dies_lies_or_never_starts_costs_one_picture(string script)
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        CardPicturesOptions options = new(["/bin/sh", "-c", script], Patience, TimeSpan.FromMilliseconds(300));
        using CardPictures pictures = new(options, TimeProvider.System);
        Assert.Equal(Failure.PhotoUnreadable, Assert.Throws<FailureException>(() => pictures.Photo(SamplePhoto.Jp2())).Failure);
        using Secret name = Bytes(Name());
        Assert.Null(pictures.NamePng(name));
    }

    [Fact]
    public void A_program_that_is_not_there_costs_one_picture()
    {
        using CardPictures pictures = new(new(["/nowhere/kiosk"], Patience, Patience), TimeProvider.System);
        Assert.Equal(Failure.PhotoUnreadable, Assert.Throws<FailureException>(() => pictures.Photo(SamplePhoto.Jp2())).Failure);
    }

    private static byte[] Name()
    {
        using Mat picture = new(48, 264, MatType.CV_8UC1, Scalar.All(255));
        Cv2.Rectangle(picture, new Rect(10, 10, 80, 30), Scalar.All(0), -1);
        Cv2.ImEncode(".png", picture, out byte[] png, [(int)ImwriteFlags.PngBilevel, 1]);
        return png;
    }

    private static Secret Bytes(byte[] bytes)
    {
        Secret secret = new(bytes.Length);
        bytes.CopyTo(secret.Fill(bytes.Length));
        return secret;
    }
}
