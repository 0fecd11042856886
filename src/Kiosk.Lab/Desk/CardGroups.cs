namespace Kiosk.Lab.Desk;

/// <summary>Sorts the cards for the simulator page: the ordinary card first, then groups by what can go wrong.</summary>
internal static class CardGroups
{
    /// <summary>Group of cards that are in no other group: new cards, and files given by path.</summary>
    public const string Others = "その他 / Others";

    private static readonly (string Row, string[] Cards)[] _rows =
    [
        ("ふつうのカード / Ordinary", ["standard"]),
        ("期限 / Expiry", ["expiring", "grace", "expired", "past-card", "future"]),
        ("暗証番号 / PIN", ["last-try", "pin-locked", "no-pin"]),
        ("スマートフォン / Phones", ["android", "iphone", "iphone-locked", "android-expired", "iphone-expired"]),
        ("いろいろな人 / People", ["child", "baby", "centenarian", "foreign", "gaiji"]),
        ("これからのカード / Cards to come", ["p384", "no-sex", "residence", "p521", "brainpool", "rsa4096", "ed25519"]),
        ("写真と照合番号 / Photo and printed number", ["broken-photo", "number-three", "number-guarded", "number-locked"]),
        ("別のカード / Other cards", ["licence", "old-resident", "other-card", "no-certificate"]),
        ("本物でない / Not genuine", ["counterfeit", "forged-photo", "date-altered", "foreign-ca"]),
        ("調子が悪い / Faults", ["slow", "sleepy", "silent", "unreadable"]),
    ];

    /// <returns>Each card with the name of its group, group after group.</returns>
    public static IEnumerable<(string Row, string Name, string What)> Sort(IReadOnlyList<(string Name, string What)> cards) =>
        cards.Select(card => (At: Find(card.Name), card.Name, card.What)).OrderBy(card => card.At)
            .Select(card => (card.At.Row < _rows.Length ? _rows[card.At.Row].Row : Others, card.Name, card.What));

    private static (int Row, int Index) Find(string name)
    {
        for (int row = 0; row < _rows.Length; row++)
        {
            if (Array.IndexOf(_rows[row].Cards, name) is >= 0 and int index) return (row, index);
        }
        return (_rows.Length, 0);
    }
}
