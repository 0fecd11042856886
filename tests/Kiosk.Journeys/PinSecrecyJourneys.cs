using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kiosk.Core;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>The PIN is in no string of the browser, in no message between browser and kiosk, and in no element of the page.</summary>
public sealed class PinSecrecyJourneys
{
    private const string Pin = "9471";

    public PinSecrecyJourneys() => Skip.If(Chromium.Path is null, Chromium.Missing);

    [SkippableFact]
    public async Task The_pin_is_found_nowhere_in_the_browser()
    {
        await using VisitPage patient = await VisitPage.OpenAsync(new(ShufflePad: true));
        patient.Visit.RightPin = Pin;
        ConcurrentQueue<string> lines = [];
        // Load the page again: the open socket was opened before the test recorded messages.
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

        // Shuffle the pad until no key position equals its digit. Otherwise a sent position could be mistaken for the digit.
        string slots = string.Concat(Pin.Select(digit => patient.Host.Port.Current.Pad.SlotOf(digit - '0')));
        await patient.TypeAsync(Pin);
        await patient.SeeAsync("AskingConsent");

        // Search for the PIN as a separate number: longer numbers of the browser may contain these four digits by chance.
        Assert.DoesNotContain((await StringsAsync(browser)).Except(before), text => Regex.IsMatch(text, $@"(?<!\d){Pin}(?!\d)"));
        Assert.DoesNotMatch($@"(?<!\d){Pin}(?!\d)", await patient.Page.InnerTextAsync("body"));
        string[] sent = [.. lines.Where(line => line.StartsWith("> ", StringComparison.Ordinal)
            && line.Contains("key:", StringComparison.Ordinal))];
        Assert.Equal(slots, string.Concat(sent.Select(line => line[^1])));
        Assert.DoesNotContain(lines, line => line.StartsWith("> ", StringComparison.Ordinal)
            && line.Contains(Pin, StringComparison.Ordinal));
    }

    /// <summary>Every string in the heap of the page.</summary>
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
