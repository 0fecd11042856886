namespace Kiosk.Lab.Desk;

/// <summary>The cards as a technician looks for them: the ordinary one first, then by what can go wrong.</summary>
internal static class CardGroups
{
    /// <summary>Where a card is that no row names: a new one, a file by its path.</summary>
    public const string Others = "その他 / Others";

    private static readonly (string Row, string[] Cards)[] _rows =
    [
        ("ふつうのカード / Ordinary", ["standard"]),
        ("期限 / Expiry", ["expiring", "grace", "expired", "past-card", "future"]),
        ("暗証番号 / PIN", ["last-try", "pin-locked", "no-pin"]),
        ("スマートフォン / Phones", ["android", "iphone", "iphone-locked", "android-expired", "iphone-expired"]),
        ("いろいろな人 / People", ["child", "baby", "centenarian", "foreign", "gaiji"]),
        ("写真と照合番号 / Photo and printed number", ["broken-photo", "number-three", "number-guarded", "number-locked"]),
        ("別のカード / Other cards", ["licence", "old-resident", "other-card", "no-certificate"]),
        ("本物でない / Not genuine", ["counterfeit", "forged-photo", "date-altered", "foreign-ca"]),
        ("調子が悪い / Faults", ["slow", "sleepy", "silent", "unreadable"]),
    ];

    /// <returns>Each card with its row, row after row.</returns>
    public static IEnumerable<(string Row, string Name, string What)> Sort(IReadOnlyList<(string Name, string What)> cards) =>
        cards.Select(card => (At: At(card.Name), card.Name, card.What)).OrderBy(card => card.At)
            .Select(card => (card.At.Row < _rows.Length ? _rows[card.At.Row].Row : Others, card.Name, card.What));

    private static (int Row, int Place) At(string name)
    {
        for (int row = 0; row < _rows.Length; row++)
        {
            if (Array.IndexOf(_rows[row].Cards, name) is >= 0 and int place) return (row, place);
        }
        return (_rows.Length, 0);
    }
}
