using System.Globalization;

namespace Kiosk.Simulators.CardReader;

/// <summary>Faults of a virtual card, and when they happen. APDUs are counted from 0 since the card was inserted.</summary>
/// <param name="PullAt">The card is removed before it processes this APDU.</param>
/// <param name="LoseAt">The card processes this APDU and is removed before it answers, for example in the middle of a VERIFY.</param>
/// <param name="SilentFrom">This APDU and all later ones get no answer.</param>
/// <param name="Status">Status word sent instead of the card's own answer.</param>
/// <param name="Garbage">Random bytes are sent instead of the answer.</param>
/// <param name="LengthBy">Number of bytes added to the data of the answer. Negative: bytes removed from its end.</param>
/// <param name="At">The APDU that <paramref name="Status"/>, <paramref name="Garbage"/> and <paramref name="LengthBy"/> change.
/// Null: every APDU.</param>
/// <param name="Slow">Delay added to every answer.</param>
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
    /// <summary>The syntax, for help texts.</summary>
    public const string Words =
        "pull-at N | lose-at N | silent-from N | status HHHH [N] | garbage [N] | longer BYTES [N] | shorter BYTES [N] | slow MS | none";

    public static CardFaults None { get; } = new();

    /// <param name="words">A fault in the syntax of <see cref="Words"/>. N is the number of the APDU, from 0. Without N: every
    /// APDU.</param>
    /// <exception cref="FormatException">The text does not match the syntax.</exception>
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

    /// <summary>Applies this fault to the answer of the card.</summary>
    /// <param name="response">Data and status word.</param>
    internal byte[] Spoil(int index, byte[] response)
    {
        if (At is { } only && only != index) return response;
        if (Status is { } status) return [(byte)(status >> 8), (byte)status];
        if (Garbage)
            return System.Security.Cryptography.RandomNumberGenerator.GetBytes(
                System.Security.Cryptography.RandomNumberGenerator.GetInt32(2, 64));
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
        text.Length == 4 && ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort word) ? word
            : throw Unknown();
}
