using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kiosk.Core;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>The PIN is in no string of the browser, in no line between it and the kiosk, and in nothing on the page.</summary>
public sealed class PinSecrecyJourneys
{
    private const string Pin = "9471";

    public PinSecrecyJourneys() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableFact]
    public async Task The_pin_is_not_in_the_browser_whatever_is_looked_through()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(ShufflePad: true));
        patient.Visit.RightPin = Pin;
        ConcurrentQueue<string> lines = [];
        // The socket that is open was opened before anybody listened: the page is loaded anew.
        patient.Page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => lines.Enqueue($"> {frame.Text}");
            socket.FrameReceived += (_, frame) => lines.Enqueue($"< {frame.Text}");
        };
        await patient.Page.ReloadAsync();
        await patient.Page.WaitForSelectorAsync("[data-screen=Idle]");
        patient.Visit.Happen(new VisitEvent.CardInserted());
        await patient.SeeAsync("ChoosingMethod");
        await patient.ClickAsync("pin");
        await patient.SeeAsync("EnteringPin");
        ICDPSession browser = await patient.Page.Context.NewCDPSessionAsync(patient.Page);
        HashSet<string> before = await StringsAsync(browser);

        // Dealt so that no slot stands for its own digit by chance: else a slot sent would look like the digit.
        string slots = string.Concat(Pin.Select(digit => patient.Host.Port.Current.Pad.SlotOf(digit - '0')));
        await patient.TypeAsync(Pin);
        await patient.SeeAsync("AskingConsent");

        // As a number of its own: counters of the browser may happen to hold these four digits within longer ones.
        Assert.DoesNotContain((await StringsAsync(browser)).Except(before), text => Regex.IsMatch(text, $@"(?<!\d){Pin}(?!\d)"));
        Assert.DoesNotMatch($@"(?<!\d){Pin}(?!\d)", await patient.Page.InnerTextAsync("body"));
        string[] sent = [.. lines.Where(line => line.StartsWith("> ", StringComparison.Ordinal) && line.Contains("key:", StringComparison.Ordinal))];
        Assert.Equal(slots, string.Concat(sent.Select(line => line[^1])));
        Assert.DoesNotContain(lines, line => line.StartsWith("> ", StringComparison.Ordinal) && line.Contains(Pin, StringComparison.Ordinal));
    }

    /// <summary>Every string alive in the page's heap.</summary>
    private static async Task<HashSet<string>> StringsAsync(ICDPSession browser)
    {
        StringBuilder snapshot = new();
        void Add(object? sender, JsonElement? chunk) => snapshot.Append(chunk!.Value.GetProperty("chunk").GetString());
        ICDPSessionEvent chunks = browser.Event("HeapProfiler.addHeapSnapshotChunk");
        chunks.OnEvent += Add;
        await browser.SendAsync("HeapProfiler.enable");
        await browser.SendAsync("HeapProfiler.takeHeapSnapshot");
        chunks.OnEvent -= Add;
        using JsonDocument heap = JsonDocument.Parse(snapshot.ToString());
        return [.. heap.RootElement.GetProperty("strings").EnumerateArray().Select(text => text.GetString()!)];
    }
}
