using System.Collections.Concurrent;
using Kiosk.Core.Values;

namespace Kiosk.ReceptionTerminal.Logging;

/// <summary>What is wrong with the reception itself at this moment, in Japanese, for the head of the page. Thread-safe.</summary>
internal sealed class ReceptionTroubles(ChangeSignal changes)
{
    private readonly ConcurrentDictionary<string, string> _now = new(StringComparer.Ordinal);

    /// <summary>In a fixed order; empty when all is well.</summary>
    public IReadOnlyList<string> Now => [.. _now.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value)];

    /// <param name="part">log, store, requests, …</param>
    /// <param name="words">Cause and remedy for staff; empty: the part works.</param>
    public void Set(string part, string words)
    {
        string before = _now.GetValueOrDefault(part, "");
        if (before == words) return;
        if (words.Length == 0) _now.TryRemove(part, out _);
        else _now[part] = words;
        changes.Notify();
    }
}
