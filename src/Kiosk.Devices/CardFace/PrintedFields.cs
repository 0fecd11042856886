using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardFace;

/// <summary>Combines the characters of the three fields: 生年月日, 有効期限, セキュリティコード.</summary>
internal static class PrintedFields
{
    public const int Digits = 14;

    /// <summary>Makes 照合番号B from three lines of characters.</summary>
    /// <param name="thisYear">Gregorian year. A card expires this year or within the next ten.</param>
    /// <param name="number">14 ASCII digits, written only if the number was read.</param>
    public static TrayContent Parse(List<ReadSign> birth, List<ReadSign> expiry, List<ReadSign> code, int thisYear, Span<byte> number)
    {
        bool hasLines = birth.Exists(s => s.Letter is '年' or '月' or '日') && expiry.Exists(s => s.Letter is '年' or '月' or '日');
        if (!hasLines) return TrayContent.OtherCard;
        Span<int> born = stackalloc int[3], ends = stackalloc int[3], secret = stackalloc int[4];
        try
        {
            if (!Date(birth, isBirth: true, born) || !Date(expiry, isBirth: false, ends) || !Code(code, secret)) return TrayContent.Unsure;
            if (!IsPlausible(born, ends, thisYear)) return TrayContent.Unsure;
            Write(number[..2], born[0] % 100);
            Write(number[2..4], born[1]);
            Write(number[4..6], born[2]);
            Write(number[6..10], ends[0]);
            for (int i = 0; i < 4; i++) number[10 + i] = (byte)('0' + secret[i]);
            return TrayContent.Read;
        }
        finally
        {
            born.Clear();
            ends.Clear();
            secret.Clear();
        }
    }

    /// <summary>A card expires on a birthday (公的個人認証法; 番号法施行規則), so month and day are printed twice.</summary>
    private static bool IsPlausible(ReadOnlySpan<int> born, ReadOnlySpan<int> ends, int thisYear) =>
        (born[0] is >= 1 and <= 64 || (born[0] >= 1900 && born[0] <= thisYear))
        && born[1] is >= 1 and <= 12
        && born[2] >= 1 && born[2] <= DateTime.DaysInMonth(2000, born[1])
        && ends[0] >= thisYear - 1 && ends[0] <= thisYear + 11
        && born[1] == ends[1]
        && (born[2] == ends[2] || (born[1] == 2 && born[2] == 29 && ends[2] is 28));

    private static bool Date(List<ReadSign> line, bool isBirth, Span<int> date)
    {
        int year = line.FindIndex(s => s.Letter == '年');
        int month = line.FindIndex(s => s.Letter == '月');
        int day = line.FindLastIndex(s => s.Letter == '日');
        if (year < 1 || month < year + 2 || day < month + 2) return false;
        return Year(line, year, isBirth, out date[0])
            && Number(line, year + 1, month, 2, out date[1])
            && Number(line, month + 1, day, 2, out date[2]);
    }

    /// <summary>Reads the digits directly left of 年. Before them is the era's name, or nothing (a foreigner's date of birth has four
    /// digits).</summary>
    private static bool Year(List<ReadSign> line, int end, bool isBirth, out int value)
    {
        value = 1;
        if (line[end - 1].Letter == '元') return isBirth;
        int first = end;
        while (first > 0 && char.IsAsciiDigit(line[first - 1].Letter)) first--;
        // The character before could be a digit, so the start of the year is not certain.
        if (first > 0 && line[first - 1].Letter == GlyphReader.Unsure) return false;
        return Number(line, first, end, 4, out value) && (end - first == 4 || (isBirth && end - first <= 2));
    }

    private static bool Number(List<ReadSign> line, int from, int to, int most, out int value)
    {
        value = 0;
        if (to - from < 1 || to - from > most) return false;
        for (int i = from; i < to; i++)
        {
            if (!char.IsAsciiDigit(line[i].Letter)) return false;
            value = (value * 10) + (line[i].Letter - '0');
        }

        return true;
    }

    private static bool Code(List<ReadSign> line, Span<int> digits)
    {
        if (line.Count != digits.Length) return false;
        for (int i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiDigit(line[i].Letter)) return false;
            digits[i] = line[i].Letter - '0';
        }

        return true;
    }

    private static void Write(Span<byte> at, int value)
    {
        for (int i = at.Length - 1; i >= 0; i--, value /= 10) at[i] = (byte)('0' + (value % 10));
    }
}
