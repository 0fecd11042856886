namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>Why a password is not accepted.</summary>
internal enum PasswordFault
{
    TooShort,
    TooLong,
    TooEasy,
}

/// <summary>
/// Which passwords are accepted: long enough, and not among the first that an attacker tries. There is no rule about kinds of characters
/// (NIST SP 800-63B-4, section 3.1.1.2). zxcvbn-core holds the lists of common passwords, words and names, and knows dates, keyboard rows,
/// repeats and letters written as digits.
/// </summary>
internal static class PasswordRules
{
    public const int Shortest = 8, Longest = 128;

    /// <summary>Bits. An attacker with a good list finds it within a million tries: refused.</summary>
    private const double LeastEntropy = 20;

    /// <summary>Characters that must be left when a name is taken out.</summary>
    private const int LeastBesideName = 6;

    /// <summary>zxcvbn compares all parts with all lists: enough for its judgement, and quick.</summary>
    private const int Judged = 64;

    // Reading its lists takes 0.1 s, so they are kept.
    private static readonly Zxcvbn.Zxcvbn _judge = new();

    // Said at every reception: the first words that somebody at the desk would choose.
    private static readonly string[] _siteWords =
        ["kiosk", "reception", "uketsuke", "hospital", "clinic", "byoin", "iryo", "kango", "yakkyoku", "hoken", "mynumber", "nurse"];

    /// <param name="id">Of the account.</param>
    /// <param name="words">Of this site: its names, its institution code.</param>
    /// <returns>Null: accepted.</returns>
    public static PasswordFault? FaultOf(string password, string id, IEnumerable<string> words)
    {
        if (password.Length < Shortest) return PasswordFault.TooShort;
        if (password.Length > Longest) return PasswordFault.TooLong;
        string[] own = [id, .. words.Where(w => w.Length > 2), .. _siteWords];
        string judged = password[..Math.Min(password.Length, Judged)];
        // Dates and telephone numbers.
        if (password.All(char.IsDigit)) return PasswordFault.TooEasy;
        lock (_judge)
        {
            if (_judge.EvaluatePassword(judged, own).Entropy < LeastEntropy) return PasswordFault.TooEasy;
        }

        // A name with a year or a few characters around it, also in Japanese, which the lists do not have.
        return own.Any(w => w.Length > 2 && judged.Contains(w, StringComparison.OrdinalIgnoreCase)
            && judged.Replace(w, "", StringComparison.OrdinalIgnoreCase).Length < LeastBesideName) ? PasswordFault.TooEasy : null;
    }

    public static string InEnglish(PasswordFault fault) => fault switch
    {
        PasswordFault.TooShort => "must have at least 8 characters",
        PasswordFault.TooLong => "must have at most 128 characters",
        _ => "is too easy to guess; take several words that do not belong together, and not the name of person or site",
    };

    public static string InJapanese(PasswordFault fault) => fault switch
    {
        PasswordFault.TooShort => "パスワードは8文字以上にしてください",
        PasswordFault.TooLong => "パスワードは128文字以内にしてください",
        _ => "このパスワードは推測されやすいため使えません。職員IDや施設の名前を含まない、関係のない言葉をいくつか並べてください",
    };
}
