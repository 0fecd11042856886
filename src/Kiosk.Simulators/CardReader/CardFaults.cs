using System.Globalization;

namespace Kiosk.Simulators.CardReader;

/// <summary>What goes wrong with a virtual card, and when. APDUs are counted from 0 since the card was inserted.</summary>
/// <param name="PullAt">The card is gone when this APDU comes.</param>
/// <param name="LoseAt">The card carries this APDU out and is gone before its answer: what a VERIFY at the wrong moment meets.</param>
/// <param name="SilentFrom">This APDU and later ones get no answer.</param>
/// <param name="Status">The answer instead of the card's own.</param>
/// <param name="Garbage">Random bytes instead of the answer.</param>
/// <param name="LengthBy">Bytes added to the answer's data, or taken from its end when negative.</param>
/// <param name="At">The APDU that <paramref name="Status"/>, <paramref name="Garbage"/> and <paramref name="LengthBy"/> meet; null: all.</param>
/// <param name="Slow">Added to every answer.</param>
public sealed record CardFaults(
    int? PullAt = null,
    int? LoseAt = null,
    int? SilentFrom = null,
    ushort? Status = null,
    bool Garbage = false,
    int LengthBy = 0,
    int? At = null,
    TimeSpan Slow = default)
{
    /// <summary>For people.</summary>
    public const string Words =
        "pull-at N | lose-at N | silent-from N | status HHHH [N] | garbage [N] | longer BYTES [N] | shorter BYTES [N] | slow MS | none";

    public static CardFaults None { get; } = new();

    /// <param name="words">One of <see cref="Words"/>; N is the APDU, from 0, none: every one.</param>
    /// <exception cref="FormatException">Anything else.</exception>
    public static CardFaults Parse(ReadOnlySpan<string> words) => words switch
    {
        ["none"] => None,
        ["pull-at", var at] => new(PullAt: Number(at)),
        ["lose-at", var at] => new(LoseAt: Number(at)),
        ["silent-from", var from] => new(SilentFrom: Number(from)),
        ["status", var status, .. var at] => new(Status: Hex(status), At: Where(at)),
        ["garbage", .. var at] => new(Garbage: true, At: Where(at)),
        ["longer", var bytes, .. var at] => new(LengthBy: Number(bytes), At: Where(at)),
        ["shorter", var bytes, .. var at] => new(LengthBy: -Number(bytes), At: Where(at)),
        ["slow", var milliseconds] => new(Slow: TimeSpan.FromMilliseconds(Number(milliseconds))),
        _ => throw Unknown(),
    };

    /// <summary>The card's answer with this fault in it.</summary>
    /// <param name="response">Data and status word.</param>
    internal byte[] Spoil(int index, byte[] response)
    {
        if (At is { } only && only != index) return response;
        if (Status is { } status) return [(byte)(status >> 8), (byte)status];
        if (Garbage) return System.Security.Cryptography.RandomNumberGenerator.GetBytes(System.Security.Cryptography.RandomNumberGenerator.GetInt32(2, 64));
        if (LengthBy > 0) return [.. response[..^2], .. new byte[LengthBy], .. response[^2..]];
        if (LengthBy < 0) return [.. response[..^2][..Math.Max(0, response.Length - 2 + LengthBy)], .. response[^2..]];
        return response;
    }

    private static int? Where(ReadOnlySpan<string> words) => words switch
    {
        [] => null,
        [var at] => Number(at),
        _ => throw Unknown(),
    };

    private static FormatException Unknown() => new($"fault: {Words}");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Unknown();

    private static ushort Hex(string text) =>
        text.Length == 4 && ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort word) ? word : throw Unknown();
}
