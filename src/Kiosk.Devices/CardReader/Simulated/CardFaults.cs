using System.Globalization;

namespace Kiosk.Devices.CardReader.Simulated;

/// <summary>What goes wrong with a virtual card, and when. APDUs are counted from 0 since the card was inserted.</summary>
/// <param name="PullAt">The card is gone when this APDU comes.</param>
/// <param name="SilentFrom">This APDU and later ones get no answer.</param>
/// <param name="Status">The answer to everything.</param>
/// <param name="Garbage">Random bytes instead of every answer.</param>
/// <param name="Slow">Added to every answer.</param>
public sealed record CardFaults(int? PullAt = null, int? SilentFrom = null, ushort? Status = null, bool Garbage = false, TimeSpan Slow = default)
{
    public static CardFaults None { get; } = new();

    /// <param name="words"><c>pull-at 5</c>, <c>silent-from 3</c>, <c>status 6F00</c>, <c>garbage</c>, <c>slow 50</c> (ms), <c>none</c>.</param>
    /// <exception cref="FormatException">Anything else.</exception>
    public static CardFaults Parse(ReadOnlySpan<string> words) => words switch
    {
        ["none"] => None,
        ["garbage"] => new(Garbage: true),
        ["pull-at", var at] => new(PullAt: Number(at)),
        ["silent-from", var from] => new(SilentFrom: Number(from)),
        ["status", var status] => new(Status: Hex(status)),
        ["slow", var milliseconds] => new(Slow: TimeSpan.FromMilliseconds(Number(milliseconds))),
        _ => throw new FormatException("fault: pull-at N | silent-from N | status HHHH | garbage | slow MS | none"),
    };

    internal static CardFaults Of(FaultDescription? described) => described is null
        ? None
        : new(
            described.PullAt,
            described.SilentFrom,
            described.Status is { } status ? Hex(status) : null,
            described.Garbage,
            TimeSpan.FromMilliseconds(described.SlowMs));

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ushort Hex(string text) => ushort.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
