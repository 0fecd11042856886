using System.Globalization;
using System.Text;

namespace Kiosk.Core.Cards;

/// <summary>共通カードAP: 有効期限 of the card, readable without PIN or number (README.md section 2).</summary>
public static class CommonApp
{
    private const int ExpiryOffset = 2 + 15 + 5;
    private const int ExpiryLength = 8;

    public static CommandApdu Select => CardCommands.SelectApplication(CardApp.Common);

    /// <param name="record">Record 1 of EF 0001: <c>01 1C</c>, serial 15, municipality 5, YYYYMMDD 8, all ASCII.</param>
    /// <returns>Null: the record has another form.</returns>
    public static DateOnly? ParseExpiry(ReadOnlySpan<byte> record) =>
        record.Length >= ExpiryOffset + ExpiryLength && record[0] == 0x01 && record[1] == 0x1C
            ? ParseDate(record.Slice(ExpiryOffset, ExpiryLength))
            : null;

    /// <param name="digits">YYYYMMDD in ASCII.</param>
    internal static DateOnly? ParseDate(ReadOnlySpan<byte> digits) =>
        digits.Length == ExpiryLength && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && DateOnly.TryParseExact(
            Encoding.ASCII.GetString(digits), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : null;
}
