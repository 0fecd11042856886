using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Camera.Bench;
using Kiosk.Devices.Light;

namespace Kiosk.App.Benches;

/// <summary>What is recorded.</summary>
/// <param name="Out">Folder of the recordings; the session becomes a folder in it, as `bench pad` reads it.</param>
/// <param name="Species"><see cref="FaceRecorder.Live"/>, or the kind of attack: lower-case letters, digits and hyphens.</param>
/// <param name="FramesPerSecond">Frames kept each second, 1 to 30.</param>
/// <param name="Seconds">Length; what is asked is spread over it.</param>
internal sealed record FaceRecorderOptions(string Out, string Species, int FramesPerSecond, double Seconds);

/// <summary>
/// `bench record`: films one presentation, live or an attack, for `bench pad`. It writes pictures of a face to the disk, which the product
/// never does: it is a command of its own, asks for consent each time, and no part of a visit refers to it.
/// </summary>
/// <param name="light">Steps through hues while it films; null: none on the desk.</param>
internal sealed class FaceRecorder(
    CameraUnderTest tested, IStatusLight? light, FaceRecorderOptions options, TextReader answers, TextWriter said, TimeProvider time)
{
    public const string Live = "live";

    public const string Consent =
        """
        This records pictures of a face and writes them to this computer's disk, to measure how well the check tells
        people from prints and screens. Only the person who is filmed can agree, also for a print or film of them.
        They can have it deleted at any time: delete the folder that is named at the end. Do not pass it on.
        顔の画像をこのコンピューターに保存します。写真や画面によるなりすましを見分ける精度を測るためだけに使います。
        撮影される本人が同意した場合だけ続けてください（印刷した顔や動画の場合も、写っている本人の同意が必要です）。
        保存した画像は、最後に表示されるフォルダーを消せば、いつでも削除できます。ほかの人に渡さないでください。
        """;

    /// <summary>What the person, or the hand that holds a print, does until which part of the time.</summary>
    private static readonly (double Until, string Ask)[] _asks =
    [
        (0.17, "look straight at the camera / まっすぐカメラを見る"), (0.42, "turn slowly to the left / ゆっくり左を向く"),
        (0.58, "back to the middle / 正面に戻る"), (0.83, "turn slowly to the right / ゆっくり右を向く"), (1, "back to the middle / 正面に戻る"),
    ];

    /// <summary>Gentle hues in a random order, one a second: slower than the three flashes a second of WCAG 2.3.1.</summary>
    private static readonly (byte Red, byte Green, byte Blue)[] _hues =
        [(160, 160, 160), (200, 120, 60), (60, 120, 200), (120, 190, 90), (70, 70, 70)];

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <returns>The session's folder; null: nobody agreed, and nothing was written.</returns>
    /// <exception cref="ArgumentException">The species is no folder name.</exception>
    /// <exception cref="Core.Failures.FailureException">CameraMissing, CameraBusy.</exception>
    public async Task<string?> RunAsync(CancellationToken stop)
    {
        if (options.Species.Length == 0 || !options.Species.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"--species \"{options.Species}\": lower-case letters, digits and hyphens, for example print-bent");
        await said.WriteLineAsync(Consent);
        await said.WriteAsync("Does the person agree? (yes/no) 本人は同意しましたか (はい/いいえ) ");
        if ((await answers.ReadLineAsync(stop))?.Trim().ToLowerInvariant() is not ("yes" or "はい"))
        {
            await said.WriteLineAsync("nothing was recorded / 何も保存していません");
            return null;
        }
        string kind = options.Species == Live ? "bonafide" : Path.Combine("attacks", options.Species);
        string folder = Path.Combine(options.Out, kind, time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        for (int again = 2; Directory.Exists(folder); again++) folder = $"{folder.Split('+')[0]}+{again}";
        MakeForOwner(folder);
        List<Moment> asked = [], lit = [], frames = [];
        await FilmAsync(folder, asked, lit, frames, stop);
        Session session = new(
            options.Species, tested.Facts, CameraFrame.Width, CameraFrame.Height, options.FramesPerSecond, asked, lit, frames);
        await File.WriteAllTextAsync(Path.Combine(folder, "session.json"), JsonSerializer.Serialize(session, _json), stop);
        await said.WriteLineAsync($"{frames.Count} frames in {folder}; delete this folder to delete the recording");
        return folder;
    }

    private async Task FilmAsync(string folder, List<Moment> asked, List<Moment> lit, List<Moment> frames, CancellationToken stop)
    {
        using CameraFrame frame = new();
        await using ICameraStream stream = await tested.Camera.OpenAsync(stop);
        // From the first frame: a camera that is slow to start takes nothing of the time to look straight.
        long? began = null;
        double next = 0, nextHue = 0;
        (byte, byte, byte)[] hues = light is null ? [] : [.. _hues];
        try
        {
            while (true)
            {
                await stream.NextAsync(frame, stop);
                double at = Math.Round(time.GetElapsedTime(began ??= time.GetTimestamp()).TotalSeconds, 3);
                if (at >= options.Seconds) return;
                string ask = _asks.First(one => at < one.Until * options.Seconds).Ask;
                if (asked.Count == 0 || asked[^1].What != ask)
                {
                    asked.Add(new(at, ask));
                    await said.WriteLineAsync($"→ {ask}");
                }
                if (hues.Length > 0 && at >= nextHue)
                {
                    (byte red, byte green, byte blue) = NextHue(hues);
                    light!.Show(red, green, blue);
                    lit.Add(new(at, $"#{red:x2}{green:x2}{blue:x2}"));
                    nextHue = at + 1;
                }
                if (at < next) continue;
                next = at + (1.0 / options.FramesPerSecond) - 0.005;
                string name = $"{frames.Count:0000}.jpg";
                FrameFile.Write(Path.Combine(folder, name), frame);
                frames.Add(new(at, name));
            }
        }
        finally
        {
            light?.Show(0, 0, 0);
        }
    }

    /// <summary>Each hue once in a round, so that none stays for two steps.</summary>
    private static (byte Red, byte Green, byte Blue) NextHue((byte Red, byte Green, byte Blue)[] hues)
    {
        int at = RandomNumberGenerator.GetInt32(hues.Length - 1) + 1;
        (hues[0], hues[at]) = (hues[at], hues[0]);
        return hues[0];
    }

    private static void MakeForOwner(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <param name="At">Seconds since the first frame.</param>
    /// <param name="What">What was asked, the hue of the light, or the file of the frame.</param>
    internal sealed record Moment(double At, string What);

    /// <summary><c>session.json</c>. No name of a person.</summary>
    internal sealed record Session(
        string Species, DeviceFacts Camera, int Width, int Height, int FramesPerSecond, IReadOnlyList<Moment> Asked,
        IReadOnlyList<Moment> Light, IReadOnlyList<Moment> Frames);
}
