using System.Collections.Concurrent;
using Kiosk.App.PageServer;
using Kiosk.Devices.Keypad;

namespace Kiosk.Journeys;

/// <summary>Sound clips for a speaking kiosk, a record of the clips that the page requests, and key presses of a tactile keypad.</summary>
internal sealed class SpeechListener : IDisposable
{
    public string Voices { get; } = Path.Combine(Path.GetTempPath(), $"kiosk-voices-{Guid.NewGuid():N}");

    public SpeechListener()
    {
        Skip.If(Chromium.Path is null, Chromium.Missing);
        Directory.CreateDirectory(Path.Combine(Voices, "ja"));
        foreach ((string id, _) in App.Screens.Spoken.All(App.Screens.Texts.For("ja")))
            File.WriteAllBytes(Path.Combine(Voices, "ja", $"{id}.ogg"), Silence);
    }

    /// <summary>10 ms of silence as a WAV file. The browser detects the format from the content.</summary>
    private static byte[] Silence =>
        [.. "RIFF"u8, 196, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0, .. "data"u8,
        160, 0, 0, 0, .. new byte[160]];

    public void Dispose() => Directory.Delete(Voices, recursive: true);

    public static async Task PressAsync(VisitPage patient, KeypadInput hands, string id)
    {
        await ReachAsync(patient, hands, id);
        hands.Take(KeypadKey.Press);
    }

    /// <summary>Playwright reports requests only after it has processed the subscription, which is later than <c>+=</c>. A request
    /// made at once
    /// would be missed, so this method waits for the answer to a later command.</summary>
    public static async Task<ConcurrentQueue<string>> ListenAsync(VisitPage patient)
    {
        ConcurrentQueue<string> spoken = [];
        patient.Page.Request += (_, request) =>
        {
            string[] parts = new Uri(request.Url).AbsolutePath.Split('/');
            if (parts[1] == "voice") spoken.Enqueue(parts[3]);
        };
        await patient.Page.EvaluateAsync("0");
        return spoken;
    }

    public static async Task HearAsync(ConcurrentQueue<string> spoken, string id)
    {
        for (int i = 0; i < 400 && !spoken.Contains(id); i++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Contains(id, spoken);
    }

    public static async Task ReachAsync(VisitPage patient, KeypadInput hands, string id)
    {
        for (int i = 0; i < 30; i++)
        {
            string? before = await patient.Page.EvaluateAsync<string?>("document.activeElement.dataset.i ?? null");
            if (before == id) return;
            // Not faster than a person (KeyBounce).
            await patient.Page.WaitForTimeoutAsync(80);
            hands.Take(KeypadKey.Next);
            await patient.UntilAsync($"(document.activeElement.dataset.i ?? null) !== {(before is null ? "null" : $"'{before}'")}");
        }
        Assert.Fail($"{id} is not reached by keys");
    }
}
