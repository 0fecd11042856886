using Kiosk.Lab.Voices;

namespace Kiosk.Processes.Voices;

/// <summary>The measures of <c>./dev voices check</c> see what they are for: a loud clip, a pause, in the right clip of several.</summary>
public sealed class LoudnessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-loudness-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Loudness_peak_length_and_silence_belong_to_their_own_clip()
    {
        Skip.IfNot(File.Exists("/usr/bin/ffmpeg"), "ffmpeg is not installed");
        string quiet = await ToneAsync("quiet", "sine=frequency=1000:duration=2,volume=-10dB");
        string paused = await ToneAsync("paused", "sine=frequency=1000:duration=2,volume='if(between(t,0.6,1.4),0,1)':eval=frame");
        Loudness[] measured = await Loudness.MeasureAsync([quiet, paused], CancellationToken.None);
        Assert.InRange(measured[1].Lufs - measured[0].Lufs, 7, 12);
        Assert.InRange(measured[1].Peak - measured[0].Peak, 8, 12);
        Assert.All(measured, one => Assert.InRange(one.Seconds, 1.9, 2.1));
        Assert.Equal(0, measured[0].Silence);
        Assert.InRange(measured[1].Silence, 0.6, 1.0);
    }

    private async Task<string> ToneAsync(string name, string source)
    {
        string file = Path.Combine(_folder, name + ".wav");
        await Tool.RunAsync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, file], null, CancellationToken.None);
        return file;
    }
}
